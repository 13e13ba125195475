internal import Synchronization

/// The bytes that connections of the process hold for peers who have not taken them, or who have
/// not sent the rest.
final class BufferCensus: Sendable {
  private let bytes = Atomic(0)
  private let bytesMax: Int

  init(bytesMax: Int) { self.bytesMax = bytesMax }

  /// Whether there are more than the limit, so that whoever holds many is given no more.
  var isScarce: Bool { bytes.load(ordering: .relaxed) > bytesMax }

  func change(by difference: Int) {
    bytes.wrappingAdd(difference, ordering: .relaxed)
  }
}

/// What the loops of a process count together.
struct Censuses: Sendable {
  let feeds: FeedCensus
  let addresses = AddressCensus()
  let buffers: BufferCensus
}
