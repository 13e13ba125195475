/// The fence, part six: the functions that OpenSSL calls.
///
/// A session owns no buffer for the network. Its BIO copies out of the bytes that the running call
/// lends and appends to the caller's array, so an idle session holds nothing. All are free
/// functions: a closure written in isolated code would inherit its isolation and trap elsewhere.
private import COpenSSL

/// What the running call lends to a session's BIO, at an address that OpenSSL can keep.
@safe struct LentBytes {
  /// The ciphertext that has not been used.
  // SAFETY: set at the start of a call and taken back at its end, by `SSLHandle.read` alone.
  var input = unsafe UnsafeRawBufferPointer(start: nil, count: 0)
  /// The caller's array for the peer, moved here for the length of the call.
  var output: [UInt8] = []
  /// How many steps OpenSSL took that moved no data.
  var controlSteps = 0
  /// What the session was made of, kept as long as the session.
  let context: TLSContext

  init(context: TLSContext) {
    self.context = context
  }
}

/// The method of the BIOs of one context, which the caller frees.
func makeLentMethod() -> OpaquePointer {
  // The type's number only serves to search a chain of BIOs, and ours are alone.
  // SAFETY: the method copies its name; the result is checked and given to the caller.
  let method = unsafe require(BIO_meth_new(BIO_TYPE_SOURCE_SINK, "lent bytes"), "BIO_meth_new")
  unsafe require(BIO_meth_set_read_ex(method, takeCiphertext), "BIO_meth_set_read_ex")
  unsafe require(BIO_meth_set_write_ex(method, giveCiphertext), "BIO_meth_set_write_ex")
  // SAFETY: the method is live and belongs to this function.
  unsafe require(BIO_meth_set_ctrl(method, answerControl), "BIO_meth_set_ctrl")
  return unsafe method
}

private func lentBytes(of bio: OpaquePointer?) -> UnsafeMutablePointer<LentBytes>? {
  // SAFETY: only `SSLHandle` makes BIOs of this method, and it sets their data to `LentBytes`.
  unsafe BIO_get_data(bio)?.assumingMemoryBound(to: LentBytes.self)
}

private func takeCiphertext(
  _ bio: OpaquePointer?, _ destination: UnsafeMutablePointer<CChar>?, _ room: Int,
  _ taken: UnsafeMutablePointer<Int>?
) -> Int32 {
  // SAFETY: OpenSSL gives a live BIO, `room` writable bytes and a place for their number.
  unsafe COpenSSL_BIO_clear_retry_flags(bio)
  guard let lent = unsafe lentBytes(of: bio), let source = unsafe lent.pointee.input.baseAddress,
    let destination = unsafe destination, let taken = unsafe taken,
    case let count = unsafe min(room, lent.pointee.input.count), count > 0
  else {
    // SAFETY: the BIO is live.
    unsafe COpenSSL_BIO_set_retry_read(bio)
    return 0
  }
  // SAFETY: `count` bytes are readable at the source and writable at the destination.
  unsafe UnsafeMutableRawPointer(destination).copyMemory(from: source, byteCount: count)
  unsafe lent.pointee.input = UnsafeRawBufferPointer(rebasing: lent.pointee.input[count...])
  unsafe taken.pointee = count
  return 1
}

private func giveCiphertext(
  _ bio: OpaquePointer?, _ source: UnsafePointer<CChar>?, _ count: Int,
  _ given: UnsafeMutablePointer<Int>?
) -> Int32 {
  // SAFETY: OpenSSL gives a live BIO, `count` readable bytes and a place for their number.
  unsafe COpenSSL_BIO_clear_retry_flags(bio)
  guard let lent = unsafe lentBytes(of: bio), let given = unsafe given else { return 0 }
  // SAFETY: the bytes are copied before the call ends.
  unsafe lent.pointee.output.append(
    contentsOf: UnsafeRawBufferPointer(start: source, count: count))
  unsafe given.pointee = count
  return 1
}

private func answerControl(
  _ bio: OpaquePointer?, _ command: Int32, _ number: Int, _ pointer: UnsafeMutableRawPointer?
) -> Int {
  // Flushing always succeeds, since nothing is held back; nothing else is supported.
  command == BIO_CTRL_FLUSH ? 1 : 0
}

/// Counts what a peer makes OpenSSL do besides moving data.
///
/// Key updates, refused renegotiations and warning alerts cost the peer next to nothing. OpenSSL
/// calls this for handshake messages and alerts only, never for data.
func noteProgress(_ ssl: OpaquePointer?, _ place: Int32, _ value: Int32) {
  guard place & (SSL_CB_LOOP | SSL_CB_ALERT) != 0 else { return }
  // SAFETY: OpenSSL gives the live session that is running, whose read BIO is always ours.
  guard let lent = unsafe lentBytes(of: SSL_get_rbio(ssl)) else { return }
  unsafe lent.pointee.controlSteps += 1
}

/// Answers a client's ALPN offer.
func selectProtocol(
  _ ssl: OpaquePointer?, _ selected: UnsafeMutablePointer<UnsafePointer<UInt8>?>?,
  _ selectedCount: UnsafeMutablePointer<UInt8>?, _ offer: UnsafePointer<UInt8>?,
  _ offerCount: UInt32, _ context: UnsafeMutableRawPointer?
) -> Int32 {
  // SAFETY: OpenSSL lends the offer for the call and copies the selected bytes afterwards.
  let list = unsafe UnsafeBufferPointer(start: offer, count: Int(offerCount))
  guard let range = ApplicationProtocol.select(from: unsafe [UInt8](list)) else {
    return SSL_TLSEXT_ERR_ALERT_FATAL
  }
  // SAFETY: the range lies inside the offer, and a name has at most 255 bytes.
  unsafe selected?.pointee = offer?.advanced(by: range.lowerBound)
  unsafe selectedCount?.pointee = UInt8(range.count)
  return SSL_TLSEXT_ERR_OK
}

/// Sets up the cipher and the MAC of a session ticket that OpenSSL makes or opens (RFC 5077 §4).
func protectTicket(
  _ ssl: OpaquePointer?, _ name: UnsafeMutablePointer<UInt8>?,
  _ vector: UnsafeMutablePointer<UInt8>?, _ cipher: OpaquePointer?, _ mac: OpaquePointer?,
  _ isMaking: Int32
) -> Int32 {
  // SAFETY: OpenSSL gives a live session, whose read BIO is always ours.
  guard let lent = unsafe lentBytes(of: SSL_get_rbio(ssl)), let name = unsafe name,
    let keys = unsafe lent.pointee.context.ticketKeys
  else { return TicketVerdict.failed }
  // SAFETY: OpenSSL gives 16 bytes for the key's name; they are read or written within the call.
  let nameBytes = unsafe UnsafeMutableBufferPointer(start: name, count: TicketKey.nameCount)
  guard isMaking == 1 else {
    // SAFETY: as above; all pointers live for the call.
    let found = unsafe keys.key(named: [UInt8](nameBytes))
    guard let found else { return TicketVerdict.unknown }
    guard unsafe setUp(cipher, mac, found.key, EVP_DecryptInit_ex2, vector) else {
      return TicketVerdict.failed
    }
    return found.isCurrent ? TicketVerdict.good : TicketVerdict.renew
  }
  let key = keys.current
  // SAFETY: `name` has room for a key's name and `vector` for the 16 bytes that AES-CBC needs.
  unsafe _ = nameBytes.update(fromContentsOf: key.name)
  guard unsafe RAND_bytes(vector, TicketKey.vectorCount) == 1 else { return TicketVerdict.failed }
  // SAFETY: all pointers live for the call.
  return unsafe setUp(cipher, mac, key, EVP_EncryptInit_ex2, vector)
    ? TicketVerdict.good : TicketVerdict.failed
}

/// The answers that OpenSSL expects of a ticket callback.
private enum TicketVerdict {
  static let failed: Int32 = -1
  static let unknown: Int32 = 0
  static let good: Int32 = 1
  static let renew: Int32 = 2
}

private func setUp(
  _ cipher: OpaquePointer?, _ mac: OpaquePointer?, _ key: TicketKey,
  _ initialize: (
    OpaquePointer?, OpaquePointer?, UnsafePointer<UInt8>?, UnsafePointer<UInt8>?,
    UnsafePointer<OSSL_PARAM>?
  ) -> Int32,
  _ vector: UnsafePointer<UInt8>?
) -> Bool {
  // SAFETY: both contexts are live and copy the 32-byte keys they are given.
  unsafe initialize(cipher, EVP_aes_256_cbc(), key.encryption, vector, nil) == 1
    && COpenSSL_ticket_mac_init(mac, key.authentication, key.authentication.count) == 1
}
