/// The states of all entities of a model, side by side; they belong to one owner.
@safe @frozen
public struct EntityStates<State: BitwiseCopyable>: ~Copyable {
  /// The states, by their entities.
  @usableFromInline var rows: StateRows<State>

  /// The states of a model's entities before their first events.
  @inlinable public init<Model: EntityModel>(of model: Model) where Model.State == State {
    let count = model.entityCount
    precondition(
      count > 0 && count <= 1 &<< 28, "\(count) entities are not between 1 and 2^28")
    rows = StateRows(count: count) { model.initialState(of: UInt32(truncatingIfNeeded: $0)) }
  }

  /// The number of entities.
  @inlinable public var count: Int { rows.count }

  /// The state of an entity; traps when there is no such entity.
  @inlinable public subscript(entity: UInt32) -> State {
    @inline(__always) _read { yield rows[Int(entity)] }
    @inline(__always) _modify { yield &rows[Int(entity)] }
  }

  /// Reads some of a state, so that it is in cache when its event comes.
  @inlinable @inline(__always) func touch(_ entity: UInt32) -> UInt8 {
    unsafe UnsafeRawPointer(rows.first + rows.checked(Int(entity))).load(as: UInt8.self)
  }

  /// The memory held, in bytes.
  @inlinable public var allocatedBytes: Int { count * MemoryLayout<State>.stride }
}
