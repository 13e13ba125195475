/// A CBOR sequence (RFC 8742) that is read item by item, while its bytes come in.
package struct CBORSequence: Sendable {
  private var pending: [UInt8]
  /// Where the next item begins in `pending`.
  private var start = 0
  /// The bytes of the sequence in front of `pending`.
  private var passed = 0
  private let limits: DecodeLimits

  package init(_ bytes: [UInt8] = [], limits: DecodeLimits = .standard) {
    pending = bytes
    self.limits = limits
  }

  /// Adds bytes that came in.
  package mutating func append(_ bytes: [UInt8]) {
    pending.removeFirst(start)
    passed += start
    start = 0
    pending.append(contentsOf: bytes)
  }

  /// The bytes of the next item, or nil when no whole item is there yet; offsets count from the
  /// sequence's beginning.
  package mutating func nextBytes() throws(DecodeError) -> [UInt8]? {
    guard start < pending.count else { return nil }
    do throws(DecodeError) {
      var form = CBORForm(pending[start...], limits)
      let end = try form.item()
      defer { start = end }
      return [UInt8](pending[start..<end])
    } catch {
      switch error.kind {
      case .endInHead, .endInString, .endInItems: return nil
      default: throw error.shifted(by: passed)
      }
    }
  }

  /// The next item, or nil when no whole item is there yet.
  package mutating func next() throws(DecodeError) -> WireValue? {
    let offset = passed + start
    guard let bytes = try nextBytes() else { return nil }
    do throws(DecodeError) {
      return try WireValue(cbor: bytes, limits: limits)
    } catch {
      throw error.shifted(by: offset)
    }
  }

  /// Says that no more bytes come: an item that is not whole is refused.
  package func finish() throws(DecodeError) {
    guard start < pending.count else { return }
    var form = CBORForm(pending[start...], limits)
    do throws(DecodeError) {
      _ = try form.item()
    } catch {
      throw error.shifted(by: passed)
    }
  }
}
