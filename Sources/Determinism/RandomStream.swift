/// What a random draw is for, and so what its ordinal counts.
///
/// The table is closed and the raw values are part of every recorded result: never renumber.
/// *Weather* happens to a place whatever a strategy does: its ordinal counts transitions of the
/// instance, or absolute time buckets. *Fate* is how one attempt turns out: its ordinal counts
/// attempts within (cluster, revision). Neither ever counts how often somebody looked, so two
/// strategies under one replication meet the same weather and the same fates.
@frozen
public enum RandomPurpose: UInt8, CaseIterable, Sendable {
  /// Trait of a cluster (class, label); ordinal: the trait's number. Drawn at replication 0.
  case trait = 1
  /// Phase of an agent's fixed poll interval; ordinal: 0.
  case pollPhase = 2
  /// Residual of a jittered poll interval; ordinal: absolute time bucket (weather).
  case pollResidual = 3
  /// Length of the link's k-th up or down time; ordinal: transition (weather).
  case link = 4
  /// Length of a domain instance's k-th up or down time; ordinal: transition (weather).
  case domain = 5
  /// Length of a cluster's k-th healthy or unhealthy time; ordinal: transition (weather).
  case background = 6
  /// Image pull of an update; ordinal: attempt (fate).
  case pull = 7
  /// Pod start of a round; ordinal: attempt × 256 + round (fate).
  case podStart = 8
  /// Whether a defect affects a cluster; ordinal: the defect's number (fate).
  case affected = 9
  /// Detection delay of a rollout's defect; ordinal: attempt (fate).
  case detection = 10
  /// Detection delay of a background failure; ordinal: transition (weather).
  case backgroundDetection = 11
  /// Order in which a strategy takes clusters, ordinal: 0; or in which a controller comes to look
  /// at them, ordinal: 1.
  case order = 12
  /// Whether a cluster starts unhealthy or on another version; ordinal: the rule's number.
  case initial = 13
  /// An operator's response; ordinal: the request's number (weather).
  case operatorResponse = 14
  /// How late a strategy's batch is; ordinal: the batch's number.
  case batchDelay = 15
  /// Phase of the interval at which a delivery looks at its cluster; ordinal: the service.
  case deliveryPhase = 16
  /// How long placed replicas take to start; ordinal: batch of the cluster × 2, image or pods.
  case placedPods = 17
  /// How many requests fail of those that are counted; ordinal: service × 2²⁶ + the second in which
  /// the count ends, from the start (weather).
  case failedRequests = 18
  /// A free purpose for tests.
  case test = 255
}

/// All randomness of one replication: a pure function from an address to 128 bits.
///
/// Two streams with equal fields are the same function, so passing one on never advances it.
@frozen
public struct RandomStream: Hashable, Sendable, Codable, BitwiseCopyable {
  /// The number the user chose for the whole study.
  public let seed: UInt64
  /// Which replication of the study, below 2²⁴.
  public let replication: UInt32

  /// Names a replication of a seed; traps when the replication does not fit its 24 bits.
  @inlinable public init(seed: UInt64, replication: UInt32) {
    precondition(replication < 1 << 24, "replication \(replication) is not below \(1 << 24)")
    self.seed = seed
    self.replication = replication
  }

  /// The random bits at an address.
  ///
  /// The counter is entity key 64 | purpose 8 | replication 24 | ordinal 32, so no two addresses
  /// of one seed share a block.
  ///
  /// - Parameters:
  ///   - key: The entity's explicit key, or the hash of its name path; never its position.
  ///   - purpose: What the draw is for.
  ///   - ordinal: What the purpose says that it counts.
  /// - Returns: The same 128 bits at every call.
  @inlinable
  public func words(
    entity key: UInt64, _ purpose: RandomPurpose, _ ordinal: UInt32
  ) -> RandomWords {
    let low = UInt64(purpose.rawValue) &<< 56 | UInt64(replication) &<< 32 | UInt64(ordinal)
    let block = Philox4x32.block(key: seed, counter: (high: key, low: low))
    return RandomWords(first: block.first, second: block.second)
  }

  /// Decodes the two fields; throws when the replication does not fit its 24 bits.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    seed = try container.decode(UInt64.self, forKey: .seed)
    replication = try container.decode(UInt32.self, forKey: .replication)
    guard replication < 1 << 24 else {
      throw DecodingError.dataCorruptedError(
        forKey: .replication, in: container,
        debugDescription: "replication \(replication) is not below \(1 << 24)")
    }
  }
}
