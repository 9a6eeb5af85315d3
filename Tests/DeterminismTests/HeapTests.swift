import Determinism
import Testing

@Suite("Heap")
struct HeapTests {
  @Test("gives its elements in ascending order, whatever the order of pushes", arguments: 0..<64)
  func sorts(seed: UInt64) {
    let stream = RandomStream(seed: seed, replication: 0)
    let pushed = (0..<200 as Range<UInt32>).map { stream.words(entity: 0, .test, $0).below(97) }
    var heap = Heap<UInt64>()
    for element in pushed { heap.push(element) }
    #expect(heap.count == 200 && heap.min == pushed.min())
    var popped: [UInt64] = []
    while let least = heap.popMin() { popped.append(least) }
    #expect(popped == pushed.sorted(), "seed \(seed)")
    #expect(heap.isEmpty && heap.min == nil && heap.popMin() == nil)
  }

  @Test("interleaved pushes and pops agree with a sorted array", arguments: 0..<32)
  func interleaves(seed: UInt64) {
    let stream = RandomStream(seed: seed, replication: 1)
    var heap = Heap<UInt64>()
    var sorted: [UInt64] = []
    for step: UInt32 in 0..<500 {
      let words = stream.words(entity: 1, .test, step)
      if words.second % 3 == 0 {
        #expect(heap.popMin() == (sorted.isEmpty ? nil : sorted.removeFirst()), "seed \(seed)")
      } else {
        heap.push(words.first % 64)
        sorted.append(words.first % 64)
        sorted.sort()
      }
    }
    #expect(heap.removeAll().sorted() == sorted, "seed \(seed)")
  }
}
