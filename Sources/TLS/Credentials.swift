/// A certificate chain and the private key of its first certificate, as PEM.
///
/// The bytes of two files: reading them is the caller's business.
package struct Credentials: Sendable {
  /// The certificates in PEM: the leaf first, then those that lead to an authority.
  package let chain: [UInt8]
  /// The leaf's private key in PEM, not encrypted.
  package let key: [UInt8]

  /// The two texts, not looked at yet.
  package init(chain: [UInt8], key: [UInt8]) {
    self.chain = chain
    self.key = key
  }
}

/// Which of the files that make a context a problem is in.
package enum CredentialFile: String, Hashable, Sendable {
  /// The certificate chain.
  case chain = "certificate chain"
  /// The private key.
  case key = "private key"
  /// The authorities that are trusted to vouch for peers.
  case authorities = "trusted authorities"
}

/// Why certificates and keys cannot be used.
package enum CredentialError: Error, Hashable, Sendable {
  /// The file holds no PEM block of the kind that is needed.
  case missing(CredentialFile)
  /// The file holds a PEM block that cannot be read.
  case unreadable(CredentialFile, OpenSSLReason)
  /// The private key is encrypted, and a server has nobody to ask for the password.
  case keyEncrypted
  /// The private key does not belong to the first certificate of the chain.
  case keyMismatch
  /// The file can be read, but OpenSSL refuses what is in it, for example a key that is too short.
  case refused(CredentialFile, OpenSSLReason)
  /// The certificate is not an authority's, so it cannot sign others.
  case notAnAuthority
  /// A certificate for a server was asked for without a name.
  case nothingToVouchFor
  /// A client's name is empty or has more than `limit` characters.
  case nameLength(limit: Int)
}

extension CredentialError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .missing(.key): "the private key file holds no private key in PEM"
    case .missing(let file): "the \(file.rawValue) file holds no certificate in PEM"
    case .unreadable(let file, let reason): "the \(file.rawValue) file cannot be read: \(reason)"
    case .keyEncrypted: "the private key is encrypted: give one without a password"
    case .keyMismatch: "the private key does not belong to the first certificate of the chain"
    case .refused(let file, let reason): "the \(file.rawValue) is refused: \(reason)"
    case .notAnAuthority: "the certificate is not an authority's"
    case .nothingToVouchFor: "a server's certificate needs a name"
    case .nameLength(let limit): "a client's name has 1 to \(limit) characters"
    }
  }
}

extension Certificate {
  /// Calls a closure with each certificate of a file, in order; a file without one is refused.
  static func forEach(
    in file: CredentialFile, _ bytes: [UInt8],
    _ use: (_ certificate: borrowing Certificate, _ position: Int) throws(CredentialError) -> Void
  ) throws(CredentialError) {
    let pem = MemoryBIO(bytes)
    var count = 0
    while let certificate = try next(of: pem, in: file) {
      try use(certificate, count)
      count += 1
    }
    guard count > 0 else { throw .missing(file) }
  }

  private static func next(
    of pem: borrowing MemoryBIO, in file: CredentialFile
  ) throws(CredentialError) -> Certificate? {
    do throws(OpenSSLReason) {
      return try Certificate(next: pem)
    } catch {
      if error.isNoPEMBlock { return nil }
      throw .unreadable(file, error)
    }
  }
}
