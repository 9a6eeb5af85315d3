import Determinism
import Testing

@testable import Reports

@Suite("Quantities")
struct QuantitiesTests {
  @Test(
    "a length of time is told in its two largest units",
    arguments: [
      (0, "0s"), (7, "7us"), (1_500, "1.5ms"), (250_000, "250ms"), (37_000_000, "37s"),
      (37_540_000, "37.5s"), (60_000_000, "1m"), (125_000_000, "2m05s"),
      (9_600_000_000, "2h40m"), (9_629_999_999, "2h40m"), (9_630_000_000, "2h41m"),
      (3_599_999_999, "1h"), (172_799_000_000, "2d"), (169_200_000_000, "47h"),
      (172_800_000_000, "2d"), (276_000_000_000, "3d5h"),
      (-9_600_000_000, "-2h40m"), (86_400_000_000, "24h"),
    ] as [(Int64, String)])
  func duration(microseconds: Int64, text: String) {
    #expect(Quantities.duration(Microseconds(microseconds)) == text)
  }

  @Test(
    "a number has three digits that count and separators",
    arguments: [
      (0, "0"), (-0.0, "0"), (1, "1"), (1_234_567, "1,234,567"), (12.345, "12.3"), (999.6, "1,000"),
      (0.001234, "0.00123"), (9.999, "10"), (-11_136.4, "-11,136"), (-0.5, "-0.5"), (100, "100"),
      (2.004, "2"),
      (1e-12, "0"),
    ] as [(Double, String)])
  func number(value: Double, text: String) {
    #expect(Quantities.number(value) == text)
  }
}
