// The fence around libcurl, which is loaded when it is first asked for. Nothing else sees its
// symbols, its numbers or a pointer.
internal import CCurl

/// Where a transfer goes, and for how long.
package struct CurlDestination: Hashable, Sendable {
  let url: String
  /// A file of certificates, in place of those of the machine.
  let authority: String?
  let timeoutSeconds: Int

  package init(url: String, authority: String?, timeoutSeconds: Int) {
    precondition(timeoutSeconds > 0, "a transfer needs time")
    self.url = url
    self.authority = authority
    self.timeoutSeconds = timeoutSeconds
  }
}

/// How a mail server is spoken to.
package struct CurlMailPlan: Sendable {
  /// When a connection is encrypted; one to an `smtps` address is from its first byte in any case.
  package enum Encryption: Hashable, Sendable, CaseIterable {
    /// Always: a server without `STARTTLS` is told nothing.
    case required
    /// When the server offers it.
    case opportunistic
    /// Never, not even for credentials.
    case none
  }

  let server: CurlDestination
  let user: String?
  let password: String?
  let encryption: Encryption

  /// The server's address, without credentials.
  package var url: String { server.url }

  package init(
    _ server: CurlDestination, user: String?, password: String?, encryption: Encryption
  ) {
    self.server = server
    self.user = user
    self.password = password
    self.encryption = encryption
  }
}

/// What a mail server is given.
package struct CurlMail: Sendable {
  let sender: String
  let recipient: String
  let bytes: [UInt8]

  package init(sender: String, recipient: String, bytes: [UInt8]) {
    self.sender = sender
    self.recipient = recipient
    self.bytes = bytes
  }
}

/// How handing a mail over ended.
package enum CurlMailEnding: Hashable, Sendable {
  case accepted
  /// The server answered 5xx to sender, recipient or message.
  case refused(Int)
  /// The text says what failed.
  case failed(String)
}

/// Why nothing was fetched, in words for operators.
package struct CurlFailure: Error, Hashable, Sendable, CustomStringConvertible {
  package let description: String
}

/// A libcurl in this process, for the rest of its life.
package struct CurlLibrary: Sendable {
  /// The names under which the library is looked for, the first one first.
  static let names = ["libcurl.so.4", "libcurl-gnutls.so.4"]
  /// What an operator is told where there is none.
  package static let missing =
    "libcurl, which is not on this machine (\(names.joined(separator: " or "))); instead: install "
    + "it, as Debian does with libcurl4"
  /// The machine's, loaded once; nil when it has none.
  package static let shared = CurlLibrary(names: names)

  /// The address of what `dlopen` gave, which is never closed and so valid everywhere.
  let address: UInt

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

  /// Has every transfer of this process end within about a second, those that begin later too.
  package static func giveUp() {
    CCurl_give_up()
  }

  /// Blocks until the server has the message, or will not have it.
  package func send(_ mail: CurlMail, by plan: CurlMailPlan) -> CurlMailEnding {
    do throws(CurlFailure) {
      return try withTransfer { (transfer) throws(CurlRefusal) in
        try transfer.set(plan)
        return try transfer.send(mail)
      }
    } catch {
      return .failed(error.description)
    }
  }

  /// Blocks until what is at an `https` address is here whole, at most `bytesMax` of it; an answer
  /// that leads elsewhere is none.
  package func fetch(
    _ place: CurlDestination, bytesMax: Int
  ) throws(CurlFailure) -> [UInt8] {
    try withTransfer { (transfer) throws(CurlRefusal) in
      try transfer.set(place, protocols: "https", bits: CCURLPROTO_HTTPS)
      return try transfer.fetch(bytesMax: bytesMax)
    }.get()
  }

  private func withTransfer<Ending>(
    _ body: (borrowing CurlTransfer) throws(CurlRefusal) -> Ending
  ) throws(CurlFailure) -> Ending {
    let functions = functions
    guard let transfer = CurlTransfer(functions) else {
      throw CurlFailure(description: functions.text(of: CCURLE_OUT_OF_MEMORY))
    }
    do throws(CurlRefusal) {
      return try body(transfer)
    } catch {
      throw CurlFailure(
        description: "\(functions.text(of: error.code)), for option \(error.option)")
    }
  }

  /// The library's functions.
  var functions: CurlFunctions {
    guard let functions = Self.functions(at: address) else {
      preconditionFailure("a library that was loaded has lost its functions")
    }
    return functions
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
struct CurlRefusal: Error {
  let code: Int32
  let option: Int32
}

/// The functions of a loaded library.
struct CurlFunctions {
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

/// One transfer with one server.
@safe struct CurlTransfer: ~Copyable {
  /// Seconds that a server has to take a connection up.
  private static let connectMax = 20
  private static let strictHost = 2

  private let functions: CurlFunctions
  let handle: UnsafeMutableRawPointer

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

  borrowing func set(_ plan: CurlMailPlan) throws(CurlRefusal) {
    try set(plan.server, protocols: "smtp,smtps", bits: CCURLPROTO_SMTP_AND_SMTPS)
    // A proxy that the environment names would see the credentials.
    try set(CCURLOPT_PROXY, "")
    if let user = plan.user, let password = plan.password {
      try set(CCURLOPT_USERNAME, user)
      try set(CCURLOPT_PASSWORD, password)
    }
    let encryption =
      switch plan.encryption {
      case .required: CCURLUSESSL_ALL
      case .opportunistic: CCURLUSESSL_TRY
      case .none: CCURLUSESSL_NONE
      }
    try set(CCURLOPT_USE_SSL, encryption)
    // After that libcurl says `QUIT`, and waits two minutes for an answer unless told otherwise.
    try set(CCURLOPT_SERVER_RESPONSE_TIMEOUT, plan.server.timeoutSeconds)
  }

  /// What holds for every transfer; the protocols are said by name and, for older libraries, as
  /// bits.
  borrowing func set(
    _ destination: CurlDestination, protocols: String, bits: Int
  ) throws(CurlRefusal) {
    try restrict(to: protocols, bits: bits)
    try set(CCURLOPT_URL, destination.url)
    if let authority = destination.authority { try set(CCURLOPT_CAINFO, authority) }
    try set(CCURLOPT_SSLVERSION, CCURL_SSLVERSION_TLSV1_2)
    try set(CCURLOPT_SSL_VERIFYPEER, 1)
    try set(CCURLOPT_SSL_VERIFYHOST, Self.strictHost)
    // libcurl's signals and alarms are the process's, not this thread's.
    try set(CCURLOPT_NOSIGNAL, 1)
    try set(CCURLOPT_TIMEOUT, destination.timeoutSeconds)
    try set(CCURLOPT_CONNECTTIMEOUT, min(destination.timeoutSeconds, Self.connectMax))
    // SAFETY: the handle is live, and the function is there as long as the process.
    let code = unsafe withTable { unsafe CCurl_let_give_up($0, handle) }
    try check(code, CCURLOPT_NOPROGRESS)
  }

  /// Blocks until the answer is here.
  borrowing func fetch(bytesMax: Int) throws(CurlRefusal) -> Result<[UInt8], CurlFailure> {
    var code = CCURLE_OK
    var refused: Int32?
    // SAFETY: the transfer writes into the room, and says how much of it.
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: bytesMax) { room, count in
      // SAFETY: room and sink are alive during the closure, in which the transfer ends.
      var sink = unsafe CCurl_sink(room: room.baseAddress, capacity: room.count, count: 0)
      unsafe withUnsafeMutablePointer(to: &sink) { sink in
        // SAFETY: as above.
        code = unsafe withTable { unsafe CCurl_set_sink($0, handle, sink) }
        if code != CCURLE_OK {
          refused = code
          return
        }
        // SAFETY: as above.
        code = unsafe functions.table.easy_perform(handle)
      }
      // SAFETY: so many bytes of the room were written.
      unsafe count = sink.count
    }
    if let refused { throw CurlRefusal(code: refused, option: CCURLOPT_WRITEDATA) }
    if code == CCURLE_WRITE_ERROR {
      return .failure(CurlFailure(description: "there are more than \(bytesMax) bytes"))
    }
    guard code == CCURLE_OK else {
      return .failure(CurlFailure(description: functions.text(of: code)))
    }
    // SAFETY: the handle is live, and a number is read.
    let reply = unsafe withTable { unsafe CCurl_reply($0, handle) }
    guard reply == 200 else {
      return .failure(CurlFailure(description: "the server answered \(reply)"))
    }
    return .success(bytes)
  }

  /// Blocks until the transfer has ended.
  borrowing func send(_ message: CurlMail) throws(CurlRefusal) -> CurlMailEnding {
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
  private borrowing func ending(_ code: Int32, isBegun: Bool) -> CurlMailEnding {
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

  private borrowing func restrict(to protocols: String, bits: Int) throws(CurlRefusal) {
    let option = CCURLOPT_PROTOCOLS_STR
    // SAFETY: libcurl copies the text before it returns.
    let code = unsafe withTable { unsafe CCurl_set_text($0, handle, option, protocols) }
    // Before 7.85 there is only the set of bits.
    guard code == CCURLE_UNKNOWN_OPTION else { return try check(code, option) }
    try set(CCURLOPT_PROTOCOLS, bits)
  }

  borrowing func set(_ option: Int32, _ text: String) throws(CurlRefusal) {
    // SAFETY: libcurl copies the text before it returns.
    try check(unsafe withTable { unsafe CCurl_set_text($0, handle, option, text) }, option)
  }

  borrowing func set(_ option: Int32, _ number: Int) throws(CurlRefusal) {
    // SAFETY: the handle is live.
    try check(unsafe withTable { unsafe CCurl_set_number($0, handle, option, number) }, option)
  }

  borrowing func withTable<Result>(
    _ body: (UnsafePointer<CCurl_functions>) -> Result
  ) -> Result {
    // SAFETY: no caller keeps the pointer.
    unsafe withUnsafePointer(to: functions.table, body)
  }

  borrowing func check(_ code: Int32, _ option: Int32) throws(CurlRefusal) {
    guard code == CCURLE_OK else { throw CurlRefusal(code: code, option: option) }
  }
}
