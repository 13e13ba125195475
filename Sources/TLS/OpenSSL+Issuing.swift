/// The fence, part three: certificates that we make.
private import COpenSSL

/// What a new certificate shall say; every text in it comes from our own code or a checked type.
struct CertificateDraft {
  /// The subject's common name: 1 to 64 characters.
  let commonName: String
  /// Unix seconds of the first and the last second of its validity.
  let validity: ClosedRange<Int64>
  /// Its extensions in OpenSSL's configuration language, in order.
  let extensions: [(kind: CertificateExtension, value: String)]
}

/// The extensions that our certificates carry.
enum CertificateExtension {
  case basicConstraints
  case keyUsage
  case extendedKeyUsage
  case nameConstraints
  case subjectKeyIdentifier
  case authorityKeyIdentifier
  case subjectAlternativeName

  fileprivate var number: Int32 {
    switch self {
    case .basicConstraints: NID_basic_constraints
    case .keyUsage: NID_key_usage
    case .extendedKeyUsage: NID_ext_key_usage
    case .nameConstraints: NID_name_constraints
    case .subjectKeyIdentifier: NID_subject_key_identifier
    case .authorityKeyIdentifier: NID_authority_key_identifier
    case .subjectAlternativeName: NID_subject_alt_name
    }
  }
}

extension Certificate {
  /// A certificate for a key that the same key signs.
  static func selfSigned(_ draft: CertificateDraft, key: borrowing PrivateKey) -> Certificate {
    let made = Certificate(draft, publicKey: key)
    // SAFETY: the certificate, its own issuer, is live for the call.
    unsafe made.finish(draft, issuer: made.certificate, signingKey: key)
    return made
  }

  /// A certificate for a key, signed by an authority.
  static func signed(
    _ draft: CertificateDraft, key: borrowing PrivateKey,
    by authority: borrowing Certificate, signingKey: borrowing PrivateKey
  ) -> Certificate {
    let made = Certificate(draft, publicKey: key)
    // SAFETY: the authority's certificate is borrowed, so it is live for the call.
    unsafe made.finish(draft, issuer: authority.certificate, signingKey: signingKey)
    return made
  }

  /// Version 3, a random serial number, subject, validity and key; no issuer and no signature yet.
  private init(_ draft: CertificateDraft, publicKey: borrowing PrivateKey) {
    // SAFETY: the new certificate is owned by this value; every call below borrows it.
    unsafe self.init(owning: require(X509_new(), "X509_new"))
    unsafe require(X509_set_version(certificate, Int(X509_VERSION_3)), "X509_set_version")
    // RFC 5280 §4.1.2.2: positive and at most 20 octets; 127 random bits never repeat.
    // SAFETY: the number is freed after the certificate has its own copy.
    guard let serial = unsafe BN_new() else { preconditionFailure("out of memory") }
    defer { unsafe BN_free(serial) }
    unsafe require(BN_rand(serial, 127, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY), "BN_rand")
    // SAFETY: the serial field belongs to the live certificate.
    let field = unsafe BN_to_ASN1_INTEGER(serial, X509_get_serialNumber(certificate))
    unsafe precondition(field != nil, "BN_to_ASN1_INTEGER")
    let name = Array(draft.commonName.utf8)
    // SAFETY: OpenSSL copies `name.count` bytes into the subject of the live certificate.
    unsafe require(
      X509_NAME_add_entry_by_NID(
        X509_get_subject_name(certificate), NID_commonName, MBSTRING_UTF8, name, Int32(name.count),
        -1, 0), "X509_NAME_add_entry_by_NID")
    let (from, to) = (Int(draft.validity.lowerBound), Int(draft.validity.upperBound))
    // SAFETY: both time fields belong to the live certificate.
    let first = unsafe ASN1_TIME_set(X509_getm_notBefore(certificate), from)
    let last = unsafe ASN1_TIME_set(X509_getm_notAfter(certificate), to)
    unsafe precondition(first != nil && last != nil, "ASN1_TIME_set")
    // SAFETY: the certificate takes its own reference to the key.
    unsafe require(X509_set_pubkey(certificate, publicKey.key), "X509_set_pubkey")
  }

  /// Adds issuer and extensions, and signs.
  private borrowing func finish(
    _ draft: CertificateDraft, issuer: OpaquePointer, signingKey: borrowing PrivateKey
  ) {
    // SAFETY: OpenSSL copies the issuer's name; all pointers are live for the calls.
    unsafe require(
      X509_set_issuer_name(certificate, X509_get_subject_name(issuer)), "X509_set_issuer_name")
    var context = unsafe X509V3_CTX()
    unsafe X509V3_set_ctx(&context, issuer, certificate, nil, nil, 0)
    for (kind, value) in draft.extensions {
      // SAFETY: the texts are ours; the extension made is copied into the certificate, then freed.
      let made = unsafe X509V3_EXT_conf_nid(nil, &context, kind.number, value)
      let addition = unsafe require(made, "X509V3_EXT_conf_nid")
      unsafe require(X509_add_ext(certificate, addition, -1), "X509_add_ext")
      unsafe X509_EXTENSION_free(addition)
    }
    // SAFETY: the signing key is live; the result is the signature's length, 0 for a failure.
    unsafe precondition(X509_sign(certificate, signingKey.key, EVP_sha256()) > 0, "X509_sign")
  }
}
