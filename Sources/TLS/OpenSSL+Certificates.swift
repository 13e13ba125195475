/// The fence, part two: keys, certificates and the memory that OpenSSL writes text into.
private import COpenSSL

/// Memory that OpenSSL reads PEM from or writes text to.
@safe struct MemoryBIO: ~Copyable {
  let bio: OpaquePointer

  /// Memory to write to.
  init() {
    // SAFETY: the method is static; the result is checked and owned by this value.
    unsafe bio = require(BIO_new(BIO_s_mem()), "BIO_new")
  }

  /// Memory to read from, which starts as a copy of the bytes.
  init(_ bytes: [UInt8]) {
    self.init()
    guard !bytes.isEmpty else { return }
    guard let count = Int32(exactly: bytes.count) else { preconditionFailure("2 GiB of PEM") }
    // SAFETY: OpenSSL copies the bytes before it returns.
    let written = unsafe BIO_write(bio, bytes, count)
    precondition(written == count, "BIO_write")
  }

  /// What was written.
  var bytes: [UInt8] {
    var start: UnsafeMutablePointer<CChar>?
    // SAFETY: OpenSSL lends its buffer, which lives as long as the BIO; it is copied at once.
    let count = unsafe COpenSSL_BIO_get_mem_data(bio, &start)
    let buffer = unsafe UnsafeRawBufferPointer(start: start, count: max(0, count))
    return unsafe [UInt8](buffer)
  }

  /// What was written, as text.
  var text: String { String(decoding: bytes, as: UTF8.self) }

  deinit {
    // SAFETY: made in `init`, freed once.
    unsafe _ = BIO_free(bio)
  }
}

/// Answers OpenSSL's question for a password: there is none, and nobody is asked at a terminal.
///
/// Notes that it was asked in the `Bool` that it is given.
private func refusePassword(
  _ buffer: UnsafeMutablePointer<CChar>?, _ size: Int32, _ isWriting: Int32,
  _ wasAsked: UnsafeMutableRawPointer?
) -> Int32 {
  // SAFETY: null, or the address of a `Bool` that its owner lends for the length of the call.
  unsafe wasAsked?.assumingMemoryBound(to: Bool.self).pointee = true
  return -1
}

/// A private key.
@safe struct PrivateKey: ~Copyable {
  let key: OpaquePointer

  /// A new key on the curve P-256.
  init() {
    // SAFETY: the curve's name is static; the result is checked and owned by this value.
    unsafe key = require(COpenSSL_EVP_EC_gen("P-256"), "EVP_EC_gen")
  }

  /// The first private key of a PEM text.
  init(pem: [UInt8]) throws(CredentialError) {
    let memory = MemoryBIO(pem)
    var wasAsked = false
    ErrorQueue.clear()
    // SAFETY: memory and flag outlive the call; the result is checked and owned by this value.
    guard let read = unsafe PEM_read_bio_PrivateKey(memory.bio, nil, refusePassword, &wasAsked)
    else {
      let reason = ErrorQueue.drain()
      if wasAsked { throw .keyEncrypted }
      // OpenSSL's reasons for a text without a key are many, and differ between its versions.
      let hasBlock = String(decoding: pem, as: UTF8.self).contains("PRIVATE KEY-----")
      throw hasBlock ? .unreadable(.key, reason) : .missing(.key)
    }
    // SAFETY: the reference that the call made is owned by this value.
    unsafe key = read
  }

  /// The key as PKCS#8 in PEM, not encrypted.
  var pem: [UInt8] {
    let memory = MemoryBIO()
    // SAFETY: both pointers are live; no cipher, so no password is asked for.
    let result = unsafe PEM_write_bio_PrivateKey(memory.bio, key, nil, nil, 0, nil, nil)
    require(result, "PEM_write_bio_PrivateKey")
    return memory.bytes
  }

  /// The public half as PEM.
  var publicKey: [UInt8] {
    let memory = MemoryBIO()
    // SAFETY: both pointers are live for the call.
    unsafe require(PEM_write_bio_PUBKEY(memory.bio, key), "PEM_write_bio_PUBKEY")
    return memory.bytes
  }

  deinit {
    // SAFETY: the one reference that `init` took.
    unsafe EVP_PKEY_free(key)
  }
}

/// An X.509 certificate.
@safe struct Certificate: ~Copyable {
  let certificate: OpaquePointer

  /// Takes over a reference that the caller owns.
  init(owning certificate: OpaquePointer) {
    // SAFETY: the caller gives its reference away.
    unsafe self.certificate = certificate
  }

  /// The next certificate of a PEM text.
  init(next pem: borrowing MemoryBIO) throws(OpenSSLReason) {
    ErrorQueue.clear()
    // SAFETY: the memory outlives the call; the result is checked and owned by this value.
    unsafe certificate = try check(PEM_read_bio_X509(pem.bio, nil, refusePassword, nil))
  }

  /// The certificate as PEM.
  var pem: [UInt8] {
    let memory = MemoryBIO()
    // SAFETY: both pointers are live for the call.
    unsafe require(PEM_write_bio_X509(memory.bio, certificate), "PEM_write_bio_X509")
    return memory.bytes
  }

  /// The subject's name as RFC 2253 writes it.
  var subject: String {
    // SAFETY: the name belongs to this live certificate.
    unsafe name(X509_get_subject_name(certificate))
  }

  /// The issuer's name as RFC 2253 writes it.
  var issuer: String {
    // SAFETY: the name belongs to this live certificate.
    unsafe name(X509_get_issuer_name(certificate))
  }

  /// Whether it may sign other certificates.
  var isAuthority: Bool {
    // SAFETY: the certificate is live.
    unsafe X509_check_ca(certificate) == 1
  }

  /// Unix seconds before which the certificate is not valid.
  var notBefore: Int64 {
    // SAFETY: the time belongs to this live certificate.
    unsafe unixSeconds(X509_get0_notBefore(certificate))
  }

  /// Unix seconds after which the certificate is no longer valid.
  var notAfter: Int64 {
    // SAFETY: the time belongs to this live certificate.
    unsafe unixSeconds(X509_get0_notAfter(certificate))
  }

  /// The names and addresses it speaks for, each with its kind: `DNS:localhost`.
  var alternativeNames: [String] {
    // SAFETY: the call makes a list that this function owns, or null when there is none.
    let made = unsafe X509_get_ext_d2i(certificate, NID_subject_alt_name, nil, nil)
    ErrorQueue.clear()
    guard let made = unsafe made else { return [] }
    // SAFETY: the list lives until the end of this function.
    let list = OpaquePointer(made)
    defer { unsafe GENERAL_NAMES_free(list) }
    // SAFETY: positions are below the list's length, and it holds GENERAL_NAMEs.
    return unsafe (0..<OPENSSL_sk_num(list)).map { position in
      let memory = MemoryBIO()
      let name = unsafe OPENSSL_sk_value(list, position)?.assumingMemoryBound(to: GENERAL_NAME.self)
      unsafe require(GENERAL_NAME_print(memory.bio, name), "GENERAL_NAME_print")
      return memory.text
    }
  }

  /// The public key as PEM; empty if OpenSSL does not know its kind.
  var publicKey: [UInt8] {
    let memory = MemoryBIO()
    ErrorQueue.clear()
    // SAFETY: the key is borrowed from the certificate, which is live for the call.
    guard let key = unsafe X509_get0_pubkey(certificate) else { return [] }
    // SAFETY: both pointers are live for the call.
    unsafe require(PEM_write_bio_PUBKEY(memory.bio, key), "PEM_write_bio_PUBKEY")
    return memory.bytes
  }

  deinit {
    // SAFETY: the one reference that `init` took.
    unsafe X509_free(certificate)
  }
}

/// A distinguished name in one line; bytes beyond ASCII stay UTF-8.
private func name(_ name: OpaquePointer?) -> String {
  let memory = MemoryBIO()
  // SAFETY: the name belongs to a certificate that its caller keeps alive.
  let length = unsafe X509_NAME_print_ex(memory.bio, name, 0, COpenSSL_XN_FLAG_readable())
  precondition(length >= 0, "X509_NAME_print_ex")
  return memory.text
}

/// A time of a certificate in Unix seconds; the far past if the certificate holds no time.
private func unixSeconds(_ time: UnsafePointer<ASN1_TIME>?) -> Int64 {
  // SAFETY: a null first argument makes a new time, which is freed below.
  guard let epoch = unsafe ASN1_TIME_set(nil, 0) else { preconditionFailure("out of memory") }
  defer { unsafe ASN1_TIME_free(epoch) }
  var days: Int32 = 0
  var seconds: Int32 = 0
  // SAFETY: both times are live; the two results are written during the call.
  guard unsafe ASN1_TIME_diff(&days, &seconds, epoch, time) == 1 else {
    ErrorQueue.clear()
    return .min
  }
  return Int64(days) * 86400 + Int64(seconds)
}

/// The 4 or 16 bytes of an IP address in its usual text form; nil for any other text.
func ipAddress(_ text: String) -> [UInt8]? {
  // C would read the text up to a zero byte and take that for all of it.
  guard !text.utf8.contains(0) else { return nil }
  defer { ErrorQueue.clear() }
  // SAFETY: the text is read during the call; the string made is copied and freed here.
  guard let made = unsafe a2i_IPADDRESS(text) else { return nil }
  defer { unsafe ASN1_OCTET_STRING_free(made) }
  // SAFETY: the string lends its bytes, which are copied at once.
  let count = unsafe Int(ASN1_STRING_length(made))
  return unsafe [UInt8](UnsafeBufferPointer(start: ASN1_STRING_get0_data(made), count: count))
}
