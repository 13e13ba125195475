import Contract
import Cryptography
import Events
import Gateway
import Runs
import Wire

/// Checks, away from the server, that a run's events come without a gap and are those that its
/// chain of hashes vouches for.
struct ChainCheck {
  private let run: String
  /// The number before the first event; nil as long as that is not known.
  private var begin: Int64?
  /// How far what came was compared with the chain.
  private var walk: ChainWalk
  /// The digests of the events that came after that.
  private var digests: [[UInt8]] = []

  /// Events that wait for a look at the chain, and links on a page of it.
  private static let pageMax = 512

  /// A check of a run's events after a cursor; nil stands for the beginning.
  init(of run: String, after cursor: String?) {
    self.run = run
    // A cursor that is no number is `latest`: the first event says where that was.
    begin = cursor.map { RunCursor($0)?.position } ?? 0
    walk = ChainWalk(after: begin ?? 0)
  }

  /// Whether enough has come for a look at the chain.
  var isDue: Bool { digests.count >= Self.pageMax }

  /// Takes an event as it came.
  mutating func take(_ event: WireValue, number: String) throws(StartFailure) {
    guard let place = Int64(number) else {
      throw StartFailure(.refused, "\(run): \(number) is not the number of an event")
    }
    if begin == nil {
      begin = place - 1
      walk = ChainWalk(after: place - 1)
    }
    let last = walk.head + Int64(digests.count)
    guard place == last + 1 else {
      throw StartFailure(.refused, "\(run): event \(place) came after event \(last)")
    }
    digests.append(Self.digest(event))
  }

  /// Compares what has come with the run's chain.
  mutating func confirm(
    by client: ClientOptions, at target: ClientOptions.Target
  ) throws(StartFailure) {
    guard !digests.isEmpty else { return }
    let connection = try client.connect(target)
    while !digests.isEmpty {
      let count = min(Self.pageMax, digests.count)
      let call = try MethodCall(
        Runner.chain.description,
        members: [
          WireMember("run_id", .text(run)), WireMember("cursor", .text("\(walk.head)")),
          WireMember("limit", .integer(Int64(count))),
        ])
      let body = try client.read(call, from: target, over: connection)
      let page: RunChainPage
      do throws(DecodeError) { page = try RunChainPage(json: body) } catch {
        throw StartFailure(.refused, "\(run): its chain does not read: \(error.message)")
      }
      try compare(page.links)
    }
  }

  /// Compares the next links of the chain with what has come.
  mutating func compare(_ links: [ChainLink]) throws(StartFailure) {
    guard !links.isEmpty else {
      throw StartFailure(.refused, "\(run): event \(walk.head + 1) came and is not in its chain")
    }
    for (link, digest) in zip(links, digests) { try compare(link, digest) }
    digests.removeFirst(min(links.count, digests.count))
  }

  private mutating func compare(_ link: ChainLink, _ digest: [UInt8]) throws(StartFailure) {
    if let found = walk.take(link) {
      throw StartFailure(.refused, "\(run): event \(link.streamSeq): \(found.rawValue)")
    }
    guard Self.digest(link.payload.value) == digest else {
      throw StartFailure(
        .refused, "\(run): event \(link.streamSeq) came otherwise than its chain has it")
    }
  }

  /// What was found to be right, in a sentence.
  var summary: String {
    guard let begin, let hash = walk.hash, walk.head > begin else {
      return "\(run): no event came, so there was none to verify"
    }
    return "\(run): events \(begin + 1) to \(walk.head) came without a gap and their chain holds; "
      + "its last hash is \(Hexadecimal.encode(hash))"
  }

  private static func digest(_ event: WireValue) -> [UInt8] {
    SHA256.digest(of: event.canonicalJSON()).bytes
  }
}
