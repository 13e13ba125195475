package import Contract
internal import Cryptography
internal import Models
package import Store
internal import Synchronization
internal import Wire

/// Recorded exchanges, which are played in the place of providers.
///
/// Requests that are alike get the answers that were recorded for them one after the other, and
/// after the last one that one again.
package final class ExchangeReplay: Sendable {
  /// The most recordings of a folder, the most bytes of one and of all together.
  static let recordingsMax = 10_000
  static let fileBytesMax = 128 << 20
  private static let bytesMax = 512 << 20
  /// The most recordings that a request without one is compared with.
  private static let comparedMax = 200

  /// An exchange, and the name of its file.
  struct Recording {
    let name: String
    let exchange: RecordedExchange
  }

  /// How the pauses of a recording are waited for; nil leaves them out.
  let pausing: (any Pausing)?
  private let recordings: [Recording]
  private let byDigest: [String: [Recording]]
  /// How many of those with a digest were played.
  private let played = Mutex<[String: Int]>([:])

  /// All recordings of a folder; a file that is none is refused.
  package init(
    from folder: borrowing DataFolder, pausing: (any Pausing)?
  ) throws(RecordingProblem) {
    self.pausing = pausing
    recordings = try Self.recordings(in: folder)
    byDigest = Dictionary(grouping: recordings, by: \.exchange.digest)
  }

  /// How many exchanges may be played.
  package var count: Int { recordings.count }

  private static func recordings(
    in folder: borrowing DataFolder
  ) throws(RecordingProblem) -> [Recording] {
    var recordings: [Recording] = []
    var bytes = 0
    let names = try reading { () throws(StoreError) in try ExchangeFile.names(in: folder) }
    guard names.count <= recordingsMax else {
      throw RecordingProblem(reason: "there are more than \(recordingsMax) recordings")
    }
    for name in names {
      do throws(RecordingProblem) {
        let file = try reading { () throws(StoreError) in
          try folder.read(name, bytesMax: fileBytesMax)
        }
        // One that was removed meanwhile.
        guard let file else { continue }
        bytes += file.count
        guard bytes <= bytesMax else {
          throw RecordingProblem(reason: "the recordings have more than \(bytesMax) bytes")
        }
        let exchange = try RecordedExchange(file: file)
        // Of a request that nobody waited for there is nothing to play.
        guard exchange.answer != nil || exchange.ending.kind == .failed else { continue }
        recordings.append(Recording(name: name, exchange: exchange))
      } catch {
        throw error.within(file: name)
      }
    }
    guard !recordings.isEmpty else { throw RecordingProblem(reason: "there are no recordings") }
    return recordings
  }

  private static func reading<Output>(
    _ work: () throws(StoreError) -> Output
  ) throws(RecordingProblem) -> Output {
    do throws(StoreError) {
      return try work()
    } catch .tooBig {
      throw RecordingProblem(reason: "has more than \(fileBytesMax) bytes")
    } catch {
      throw RecordingProblem(reason: "\(error)")
    }
  }

  /// What is to be played next for such a request.
  func next(for identity: RequestIdentity) throws(ModelError) -> Recording {
    let digest = identity.digest.hexadecimal
    guard let alike = byDigest[digest] else {
      throw .provider(
        .notRecorded, "There is no recording of the request \(digest): \(hint(for: identity)).")
    }
    let number = played.withLock { played in
      defer { played[digest, default: 0] += 1 }
      return played[digest, default: 0]
    }
    return alike[min(number, alike.count - 1)]
  }

  /// What comes nearest to a request of which there is no recording.
  private func hint(for identity: RequestIdentity) -> String {
    let nearest = recordings.lazy
      .map { (name: $0.name, identity: RequestIdentity($0.exchange.request)) }
      .filter { $0.identity.kind == identity.kind }
      .prefix(Self.comparedMax)
      .map { (name: $0.name, difference: identity.difference(from: $0.identity)) }
      .min { $0.difference.count < $1.difference.count }
    guard let nearest else { return "nothing is recorded for \(identity.kind)" }
    return "the nearest is \(nearest.name), which has another \(nearest.difference.first)"
  }
}
