// The fence around libcurl, which is loaded when it is first asked for. Nothing else in this module
// sees its symbols, its numbers or a pointer.
private import CCurl

/// What a transfer needs besides the message.
struct CurlPlan: Sendable {
  let url: String
  let user: String?
  let password: String?
  let tls: SMTPTransport.Encryption
  /// A file of certificates, in place of those of the machine.
  let authority: String?
  let timeoutSeconds: Int
}

/// How a transfer ended.
enum CurlEnding: Hashable, Sendable {
  case accepted
  /// The server answered 5xx to sender, recipient or message.
  case refused(Int)
  /// The text says what failed.
  case failed(String)
}

/// A libcurl in this process, for the rest of its life.
struct CurlLibrary: Sendable {
  /// The names under which the library is looked for, the first one first.
  static let names = ["libcurl.so.4", "libcurl-gnutls.so.4"]
  /// The machine's, loaded once; nil when it has none.
  static let shared = CurlLibrary(names: names)

  /// The address of what `dlopen` gave, which is never closed and so valid everywhere.
  private let address: UInt

  /// Loads the first library that can be used.
  init?(names: [String]) {
    for name in names {
      // SAFETY: the name is a string of ours, which outlives the call.
      let opened = unsafe UInt(bitPattern: CCurl_open(name))
      guard let functions = Self.functions(at: opened), functions.prepare() else { continue }
      address = opened
      return
    }
    return nil
  }

  /// Blocks until the server has the message, or will not have it.
  func send(_ message: MailMessage, by plan: CurlPlan) -> CurlEnding {
    guard let functions = Self.functions(at: address) else {
      preconditionFailure("a library that was loaded has lost its functions")
    }
    guard let transfer = CurlTransfer(functions) else {
      return .failed(functions.text(of: CCURLE_OUT_OF_MEMORY))
    }
    do throws(CurlRefusal) {
      try transfer.set(plan)
      return try transfer.send(message)
    } catch {
      return .failed("\(functions.text(of: error.code)), for option \(error.option)")
    }
  }

  private static func functions(at address: UInt) -> CurlFunctions? {
    // SAFETY: the address is null or one that `dlopen` gave.
    guard let library = unsafe UnsafeMutableRawPointer(bitPattern: address) else { return nil }
    var found = CCurl_functions()
    // SAFETY: the call fills `found`, and reads the library that is never unloaded.
    guard unsafe CCurl_find(library, &found) else { return nil }
    return CurlFunctions(table: found)
  }
}

/// An option that the library did not take.
private struct CurlRefusal: Error {
  let code: Int32
  let option: Int32
}

/// The functions of a loaded library.
private struct CurlFunctions {
  /// None of the pointers is null.
  let table: CCurl_functions

  func prepare() -> Bool {
    // SAFETY: the table is whole, and the call's alone.
    unsafe withUnsafePointer(to: table) { unsafe CCurl_prepare($0) }
  }

  func text(of code: Int32) -> String {
    // SAFETY: the text is a constant of the library.
    let text = unsafe table.easy_strerror(code).map { unsafe String(cString: $0) }
    return "\(text ?? "failed") (curl \(code))"
  }
}

/// One message to one server.
@safe private struct CurlTransfer: ~Copyable {
  /// Seconds that a server has to take a connection up.
  private static let connectMax = 20
  private static let strictHost = 2

  private let functions: CurlFunctions
  private let handle: UnsafeMutableRawPointer

  /// Nil when there is no memory.
  init?(_ functions: CurlFunctions) {
    guard let made = functions.table.easy_init() else { return nil }
    self.functions = functions
    // SAFETY: the handle is owned by this value alone.
    unsafe handle = made
  }

  deinit {
    // SAFETY: the one handle that `init` made.
    unsafe functions.table.easy_cleanup(handle)
  }

  borrowing func set(_ plan: CurlPlan) throws(CurlRefusal) {
    try restrictProtocols()
    try set(CCURLOPT_URL, plan.url)
    // A proxy that the environment names would see the credentials.
    try set(CCURLOPT_PROXY, "")
    if let user = plan.user, let password = plan.password {
      try set(CCURLOPT_USERNAME, user)
      try set(CCURLOPT_PASSWORD, password)
    }
    if let authority = plan.authority { try set(CCURLOPT_CAINFO, authority) }
    let encryption =
      switch plan.tls {
      case .required: CCURLUSESSL_ALL
      case .opportunistic: CCURLUSESSL_TRY
      case .none: CCURLUSESSL_NONE
      }
    try set(CCURLOPT_USE_SSL, encryption)
    try set(CCURLOPT_SSLVERSION, CCURL_SSLVERSION_TLSV1_2)
    try set(CCURLOPT_SSL_VERIFYPEER, 1)
    try set(CCURLOPT_SSL_VERIFYHOST, Self.strictHost)
    // libcurl's signals and alarms are the process's, not this thread's.
    try set(CCURLOPT_NOSIGNAL, 1)
    try set(CCURLOPT_TIMEOUT, plan.timeoutSeconds)
    // After that libcurl says `QUIT`, and waits two minutes for an answer unless told otherwise.
    try set(CCURLOPT_SERVER_RESPONSE_TIMEOUT, plan.timeoutSeconds)
    try set(CCURLOPT_CONNECTTIMEOUT, min(plan.timeoutSeconds, Self.connectMax))
  }

  /// Blocks until the transfer has ended.
  borrowing func send(_ message: MailMessage) throws(CurlRefusal) -> CurlEnding {
    try set(CCURLOPT_UPLOAD, 1)
    try set(CCURLOPT_MAIL_FROM, "<\(message.sender)>")
    // SAFETY: the list is made here, outlives the transfer, and is freed below.
    guard let list = unsafe functions.table.slist_append(nil, "<\(message.recipient)>") else {
      return .failed(functions.text(of: CCURLE_OUT_OF_MEMORY))
    }
    // SAFETY: as above.
    defer { unsafe functions.table.slist_free_all(list) }
    // SAFETY: as above.
    let recipientCode = unsafe withTable { unsafe CCurl_set_recipients($0, handle, list) }
    try check(recipientCode, CCURLOPT_MAIL_RCPT)
    let bytes = message.bytes
    // SAFETY: the bytes and the source are alive during the closure, in which the transfer ends.
    let (code, taken) = unsafe bytes.withUnsafeBufferPointer { bytes in
      var source = unsafe CCurl_source(bytes: bytes.baseAddress, count: bytes.count, taken: 0)
      let code = unsafe withUnsafeMutablePointer(to: &source) { source in
        let code = unsafe withTable { unsafe CCurl_set_source($0, handle, source) }
        // SAFETY: as above.
        return unsafe code == CCURLE_OK ? functions.table.easy_perform(handle) : code
      }
      return unsafe (code, source.taken)
    }
    return ending(code, isBegun: taken > 0)
  }

  /// What a result means, when the server may have seen the message's begin.
  private borrowing func ending(_ code: Int32, isBegun: Bool) -> CurlEnding {
    if code == CCURLE_OK { return .accepted }
    // SAFETY: the handle is live, and a number is read.
    let reply = unsafe withTable { unsafe CCurl_reply($0, handle) }
    // libcurl gives the one code for a refusal of sender, recipient and `DATA`, and the other for
    // one of the message, but also for a greeting that it does not understand.
    let isAnswer = code == CCURLE_SEND_ERROR || code == CCURLE_WEIRD_SERVER_REPLY && isBegun
    if isAnswer && (500...599).contains(reply) { return .refused(reply) }
    let answer = reply >= 400 ? ", the server answered \(reply)" : ""
    return .failed("mail server: \(functions.text(of: code))\(answer)")
  }

  private borrowing func restrictProtocols() throws(CurlRefusal) {
    let option = CCURLOPT_PROTOCOLS_STR
    // SAFETY: libcurl copies the text before it returns.
    let code = unsafe withTable { unsafe CCurl_set_text($0, handle, option, "smtp,smtps") }
    // Before 7.85 there is only the set of bits.
    guard code == CCURLE_UNKNOWN_OPTION else { return try check(code, option) }
    try set(CCURLOPT_PROTOCOLS, CCURLPROTO_SMTP_AND_SMTPS)
  }

  private borrowing func set(_ option: Int32, _ text: String) throws(CurlRefusal) {
    // SAFETY: libcurl copies the text before it returns.
    try check(unsafe withTable { unsafe CCurl_set_text($0, handle, option, text) }, option)
  }

  private borrowing func set(_ option: Int32, _ number: Int) throws(CurlRefusal) {
    // SAFETY: the handle is live.
    try check(unsafe withTable { unsafe CCurl_set_number($0, handle, option, number) }, option)
  }

  private borrowing func withTable<Result>(
    _ body: (UnsafePointer<CCurl_functions>) -> Result
  ) -> Result {
    // SAFETY: no caller keeps the pointer.
    unsafe withUnsafePointer(to: functions.table, body)
  }

  private borrowing func check(_ code: Int32, _ option: Int32) throws(CurlRefusal) {
    guard code == CCURLE_OK else { throw CurlRefusal(code: code, option: option) }
  }
}
