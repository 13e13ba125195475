internal import Store
internal import Synchronization
package import Wire

/// The keys of somebody else's tokens: the operator gives them, or says where they are published.
package final class IssuerKeys: Sendable {
  /// Where a key set is published.
  package struct Place: Hashable, Sendable {
    package let url: String
    /// A file of the certificates by which the server there is known; nil for the machine's.
    package let authority: String?

    /// Nil unless `url` is an address of https without credentials.
    init?(url: String, authority: String?) {
      let scheme = "https://"
      let server = url.dropFirst(scheme.count).prefix { !"/?#".contains($0) }
      guard url.hasPrefix(scheme), url.utf8.count <= Self.bytesMax, !server.isEmpty,
        !server.contains("@"), url.utf8.allSatisfy({ (0x21...0x7e).contains($0) })
      else { return nil }
      self.url = url
      self.authority = authority
    }

    private static let bytesMax = 2048
  }

  /// The bytes that a published set has at most.
  package static let bytesMax = 65_536

  /// Whose keys they are.
  package let issuer: String
  /// Where they are published; nil where the operator gave them.
  package let place: Place?
  /// Rings when a token names a key that is not known.
  let wanted = WorkSignal()
  private let keys: Mutex<VerificationKeys>

  init(of issuer: String, given keys: VerificationKeys) {
    self.issuer = issuer
    place = nil
    self.keys = Mutex(keys)
  }

  init(of issuer: String, publishedAt place: Place) {
    self.issuer = issuer
    self.place = place
    keys = Mutex(VerificationKeys([:]))
  }

  /// The keys that tokens are verified by now.
  var known: VerificationKeys { keys.withLock { $0 } }

  /// Why a set that was fetched is not used; the keys from before stay.
  package enum Refusal: Error, Hashable, Sendable, CustomStringConvertible {
    case noJSON(DecodeError)
    case unusable(VerificationKeys.Refusal)
    case noKey

    package var description: String {
      switch self {
      case .noJSON(let error): "no JSON: \(error.message) at byte \(error.offset ?? 0)"
      case .unusable(let refusal): "the keys cannot be used: \(refusal)"
      case .noKey: "there is no key that is used here"
      }
    }
  }

  /// Puts the keys of a published set in the place of those that are known; their number.
  func take(_ bytes: [UInt8]) throws(Refusal) -> Int {
    let set: WireValue
    do throws(DecodeError) {
      set = try WireValue(json: bytes)
    } catch {
      throw .noJSON(error)
    }
    let fetched: VerificationKeys
    do throws(VerificationKeys.Refusal) {
      fetched = try VerificationKeys(jsonWebKeySet: set)
    } catch {
      throw .unusable(error)
    }
    // An empty set would end every session of the issuer at once, which is rather a mishap.
    guard fetched.count > 0 else { throw .noKey }
    keys.withLock { $0 = fetched }
    return fetched.count
  }
}
