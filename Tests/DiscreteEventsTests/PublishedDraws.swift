import Determinism
import DiscreteEvents
import Foundation

/// The draws with which the digests of other engines were published: SplitMix64 and the
/// logarithm of the C library.
struct PublishedDraws: WorkloadDraws, LifecycleDraws {
  private static let golden: UInt64 = 0x9E37_79B9_7F4A_7C15

  private func word(_ entity: UInt32, _ number: UInt64) -> UInt64 {
    let key = SplitMix64.mix(Self.golden &* (UInt64(entity) + 1))
    return SplitMix64.mix(key &+ number &* 0xD134_2543_DE82_EF95)
  }

  private func negativeLog(_ word: UInt64) -> Double {
    -log((Double(word >> 11) + 0.5) * 0x1p-53)
  }

  func draw(_ entity: UInt32, _ number: UInt64) -> WorkloadDraw {
    let choice = word(entity, number)
    let delay = negativeLog(SplitMix64.mix(choice &+ Self.golden)) * 0x1p20
    return WorkloadDraw(choice: choice, delay: UInt64(delay))
  }

  func start(of entity: UInt32) -> UInt64 {
    UInt64(Double(SplitMix64.mix(UInt64(entity) + 77) >> 11) * 0x1p-53 * 600 * 0x1p20)
  }

  func length(of stage: UInt16, _ entity: UInt32) -> UInt64 {
    let (fixed, mean) = LifecycleStage.units(stage)
    return UInt64(
      0x1p20 * (Double(fixed) + Double(mean) * negativeLog(word(entity, UInt64(stage)))))
  }
}
