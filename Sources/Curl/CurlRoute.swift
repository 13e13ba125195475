// A part of the fence around libcurl: through whom a transfer goes, and whom it believes.
internal import CCurl

/// Through whom a transfer goes.
package enum CurlProxy: Hashable, Sendable {
  /// Whom the environment names, as libcurl reads it.
  case environment
  case none
  /// The proxy at an address without credentials.
  case through(String, user: String?, password: String?)
}

extension CurlTransfer {
  borrowing func set(_ proxy: CurlProxy) throws(CurlRefusal) {
    switch proxy {
    case .environment: break
    case .none:
      try set(CCURLOPT_PROXY, "")
      try set(CCURLOPT_NOPROXY, "*")
    case .through(let address, let user, let password):
      try set(CCURLOPT_PROXY, address)
      // Else the environment could name hosts for which the proxy is passed by.
      try set(CCURLOPT_NOPROXY, "")
      guard let user, let password else { return }
      try set(CCURLOPT_PROXYUSERNAME, user)
      try set(CCURLOPT_PROXYPASSWORD, password)
    }
  }

  /// Has the server's certificate held against these, in PEM, and no others.
  borrowing func setAuthority(_ certificates: [UInt8]) throws(CurlRefusal) {
    // SAFETY: libcurl copies the bytes before it returns.
    let code = unsafe certificates.withUnsafeBufferPointer { bytes in
      unsafe withTable { unsafe CCurl_set_authority($0, handle, bytes.baseAddress, bytes.count) }
    }
    try check(code, CCURLOPT_CAINFO_BLOB)
  }
}

extension CurlRefusal {
  /// What it means to operators, where that is more than its code; certificates in memory came with
  /// 7.77, and not with every kind of encryption.
  var reason: String? {
    option == CCURLOPT_CAINFO_BLOB
      ? "this machine's libcurl takes no certificates of one's own, as 7.77 does with OpenSSL" : nil
  }
}
