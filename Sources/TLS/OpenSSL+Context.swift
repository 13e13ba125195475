/// The fence, part four: what all sessions of one configuration share.
private import COpenSSL

/// An `SSL_CTX` with our policy, and the BIO method through which its sessions get and give bytes.
@safe struct SSLContextHandle: ~Copyable {
  private let context: OpaquePointer
  private let method: OpaquePointer

  /// A context with our policy for one side, without certificate and trust.
  init(side: Side) {
    // SAFETY: both methods are static; the results are checked and owned by this value.
    unsafe context = require(
      SSL_CTX_new(side == .server ? TLS_server_method() : TLS_client_method()), "SSL_CTX_new")
    unsafe method = makeLentMethod()
    setPolicy()
    if side == .server { setServerPolicy() }
  }

  private func setPolicy() {
    // SAFETY: the context is live; every text is static, and parsed before the call ends.
    unsafe require(COpenSSL_SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION), "minimum")
    unsafe require(SSL_CTX_set_cipher_list(context, Policy.tls12Ciphers), "cipher list")
    unsafe require(SSL_CTX_set_ciphersuites(context, Policy.tls13Ciphers), "cipher suites")
    unsafe require(COpenSSL_SSL_CTX_set1_groups_list(context, Policy.groups), "groups")
    // SAFETY: plain flags. The write BIO takes everything at once, so the modes for partial and
    // moving writes would never act.
    unsafe COpenSSL_SSL_CTX_set_mode(context, Int(SSL_MODE_RELEASE_BUFFERS))
    unsafe _ = SSL_CTX_set_options(
      context, COpenSSL_SSL_OP_NO_COMPRESSION() | COpenSSL_SSL_OP_NO_RENEGOTIATION())
    // SAFETY: the callbacks are free functions that read only what the session's BIO lends them.
    unsafe SSL_CTX_set_info_callback(context, noteProgress)
    // SAFETY: sessions live in tickets alone; a cache in memory would be one for each context.
    unsafe COpenSSL_SSL_CTX_set_session_cache_mode(context, Int(SSL_SESS_CACHE_OFF))
  }

  private func setServerPolicy() {
    // SAFETY: plain flags on a live context.
    unsafe _ = SSL_CTX_set_options(
      context, COpenSSL_SSL_OP_CIPHER_SERVER_PREFERENCE() | COpenSSL_SSL_OP_PRIORITIZE_CHACHA())
    unsafe require(SSL_CTX_set_max_early_data(context, 0), "no early data")
    // SAFETY: a number. One connection carries everything over HTTP/2, so one ticket is enough.
    unsafe require(SSL_CTX_set_num_tickets(context, 1), "tickets")
    unsafe _ = SSL_CTX_set_timeout(context, Int(TicketKeys.ticketLifetime))
    // SAFETY: free functions; the ticket keys and the answer's bytes come from the session.
    unsafe SSL_CTX_set_alpn_select_cb(context, selectProtocol, nil)
    unsafe require(
      Int32(SSL_CTX_set_tlsext_ticket_key_evp_cb(context, protectTicket)), "ticket keys")
  }

  /// Presents a certificate chain, leaf first, and proves it with the key.
  func present(leaf: borrowing Certificate, key: borrowing PrivateKey) throws(OpenSSLReason) {
    // SAFETY: the context takes its own references.
    unsafe try check(SSL_CTX_use_certificate(context, leaf.certificate))
    unsafe try check(SSL_CTX_use_PrivateKey(context, key.key))
    unsafe try check(SSL_CTX_check_private_key(context))
  }

  /// Sends a certificate after the leaf.
  func present(intermediate: borrowing Certificate) throws(OpenSSLReason) {
    // SAFETY: the context takes its own reference.
    unsafe try check(COpenSSL_SSL_CTX_add1_chain_cert(context, intermediate.certificate))
  }

  /// Trusts an authority to vouch for peers; a server also names it when it asks for a certificate.
  func trust(_ authority: borrowing Certificate, announced: Bool) throws(OpenSSLReason) {
    // SAFETY: store and list belong to the context and take their own references.
    unsafe try check(X509_STORE_add_cert(SSL_CTX_get_cert_store(context), authority.certificate))
    guard announced else { return }
    unsafe try check(SSL_CTX_add_client_CA(context, authority.certificate))
  }

  /// Trusts the authorities that the system trusts.
  func trustSystem() throws(OpenSSLReason) {
    // SAFETY: the context is live.
    unsafe try check(SSL_CTX_set_default_verify_paths(context))
  }

  /// Asks the peer for a certificate and verifies it; without one, refuses if it is `required`.
  func verifyPeers(required: Bool) {
    let mode = SSL_VERIFY_PEER | (required ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0)
    // SAFETY: no callback: OpenSSL's own verdict holds.
    unsafe SSL_CTX_set_verify(context, mode, nil)
  }

  /// Keeps tickets of contexts with another rule for peers from being resumed here.
  func setResumptionScope(_ scope: [UInt8]) {
    // SAFETY: the bytes are copied during the call.
    unsafe require(
      SSL_CTX_set_session_id_context(context, scope, UInt32(scope.count)), "session id context")
  }

  /// Offers protocols by ALPN, in the order of preference.
  func offer(_ protocols: [ApplicationProtocol]) {
    let list = ApplicationProtocol.wireList(protocols)
    guard !list.isEmpty else { return }
    // SAFETY: the bytes are copied during the call, which answers 0 for success.
    unsafe precondition(
      SSL_CTX_set_alpn_protos(context, list, UInt32(list.count)) == 0, "SSL_CTX_set_alpn_protos")
  }

  /// Refuses to speak anything newer.
  func setMaximum(_ version: TLSVersion) {
    // SAFETY: a number on a live context.
    unsafe require(COpenSSL_SSL_CTX_set_max_proto_version(context, version.number), "maximum")
  }

  /// A session with this context's rules, which keeps the context that owns this handle.
  func makeSession(of owner: TLSContext) -> SSLHandle {
    // SAFETY: the session takes its own reference to the context.
    let ssl = unsafe require(SSL_new(context), "SSL_new")
    return unsafe SSLHandle(ssl, method: method, context: owner)
  }

  deinit {
    // SAFETY: made in `init`, freed once; sessions keep their context, so no BIO uses the method.
    unsafe SSL_CTX_free(context)
    unsafe BIO_meth_free(method)
  }
}

/// Which end of a connection a session is.
enum Side {
  case server
  case client
}

/// What we agree to speak.
///
/// Only forward secrecy with authenticated encryption: RFC 9325 §4.2, RFC 9113 §9.2.2.
private enum Policy {
  static let tls12Ciphers = [
    "ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-RSA-AES128-GCM-SHA256",
    "ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-RSA-AES256-GCM-SHA384",
    "ECDHE-ECDSA-CHACHA20-POLY1305", "ECDHE-RSA-CHACHA20-POLY1305",
  ].joined(separator: ":")

  static let tls13Ciphers =
    "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256"

  // No P-521 and no finite fields: they cost a server milliseconds that a client chooses.
  static let groups = "X25519:P-256:P-384"
}
