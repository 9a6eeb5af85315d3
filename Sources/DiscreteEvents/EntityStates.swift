/// The states of all entities of a model, side by side; they belong to one owner.
@safe @frozen
public struct EntityStates<State: BitwiseCopyable>: ~Copyable {
  /// The first state.
  @usableFromInline let rows: UnsafeMutablePointer<State>
  /// The number of entities.
  public let count: Int

  /// The states of a model's entities before their first events.
  @inlinable public init<Model: EntityModel>(of model: Model) where Model.State == State {
    count = model.entityCount
    precondition(
      count > 0 && count <= 1 &<< 28, "\(count) entities are not between 1 and 2^28")
    unsafe rows = .allocate(capacity: count)
    for entity in 0..<count {
      unsafe (rows + entity).initialize(
        to: model.initialState(of: UInt32(truncatingIfNeeded: entity)))
    }
  }

  @inlinable deinit { unsafe rows.deallocate() }

  /// The state of an entity; traps when there is no such entity.
  @inlinable public subscript(entity: UInt32) -> State {
    get { unsafe rows[checked(entity)] }
    set { unsafe rows[checked(entity)] = newValue }
    @inline(__always) _modify { yield unsafe &rows[checked(entity)] }
  }

  /// An entity's place.
  @inlinable @inline(__always) func checked(_ entity: UInt32) -> Int {
    precondition(Int(entity) < count, "entity \(entity) is not below \(count)")
    return Int(entity)
  }

  /// Reads some of a state, so that it is in cache when its event comes.
  @inlinable @inline(__always) func touch(_ entity: UInt32) -> UInt8 {
    unsafe UnsafeRawPointer(rows + checked(entity)).load(as: UInt8.self)
  }

  /// The memory held, in bytes.
  @inlinable public var allocatedBytes: Int { count * MemoryLayout<State>.stride }
}
