internal import CCurl
internal import Synchronization

/// The exchanges of this process that are read while they arrive: one thread of libcurl's carries
/// all of them, for the rest of the process' life.
package final class CurlExchanges: Sendable {
  /// The longest that the thread sleeps when nobody wakes it, in milliseconds.
  private static let sleepMax: Int32 = 1000
  /// How long it stops when it could not sleep, in milliseconds.
  private static let restAfterFailure: Int32 = 100

  /// What the thread is to do.
  private enum Order {
    case begin(CurlExchange, CurlRequest)
    case goOn(CurlExchange)
    case end(CurlExchange)
  }

  private let driver: CurlDriver
  private let orders = Mutex<[Order]>([])

  /// Nil where the library is too old (before 7.68) or there is no thread to have.
  package init?(_ library: CurlLibrary) {
    guard let driver = CurlDriver(library) else { return nil }
    self.driver = driver
    // SAFETY: the pointer is handed to the thread alone.
    let context = unsafe Unmanaged.passRetained(self).toOpaque()
    // SAFETY: the thread takes the reference that was made for it, and never gives it back.
    let isStarted = unsafe CCurl_start(workForever, context)
    guard isStarted else {
      // SAFETY: no thread has the reference.
      unsafe Unmanaged<CurlExchanges>.fromOpaque(context).release()
      return nil
    }
  }

  /// Begins an exchange; its reader is told what becomes of it.
  package func begin(_ request: CurlRequest) -> CurlExchange {
    let exchange = CurlExchange(
      network: request.network, end: { [weak self] in self?.give(.end($0)) },
      goOn: { [weak self] in self?.give(.goOn($0)) })
    give(.begin(exchange, request))
    return exchange
  }

  private func give(_ order: Order) {
    orders.withLock { $0.append(order) }
    driver.wake()
  }

  fileprivate func work() -> Never {
    var transfers: [CurlActiveTransfer] = []
    while true {
      let orders = orders.withLock { orders in
        defer { orders = [] }
        return orders
      }
      for order in orders {
        switch order {
        case .begin(let exchange, let request):
          if let transfer = driver.begin(exchange, request) { transfers.append(transfer) }
        case .goOn(let exchange):
          if let transfer = transfers.first(where: { $0.exchange === exchange }) {
            driver.goOn(transfer)
          }
        case .end(let exchange):
          guard let index = transfers.firstIndex(where: { $0.exchange === exchange }) else {
            continue
          }
          driver.remove(transfers.remove(at: index))
        }
      }
      driver.perform()
      while let (place, code) = driver.nextEnded() {
        guard let index = transfers.firstIndex(where: { $0.place == place }) else { continue }
        let transfer = transfers.remove(at: index)
        transfer.exchange.finish(driver.failure(code, of: transfer.exchange))
        driver.remove(transfer)
      }
      guard !driver.sleep(milliseconds: Self.sleepMax) else { continue }
      // libcurl cannot wait: nothing goes on, and what was begun has to end.
      for transfer in transfers {
        transfer.exchange.finish(driver.failure(CCURLE_OUT_OF_MEMORY, of: transfer.exchange))
        driver.remove(transfer)
      }
      transfers = []
      CCurl_rest(Self.restAfterFailure)
    }
  }
}

/// A transfer that libcurl works on.
@safe private final class CurlActiveTransfer {
  let exchange: CurlExchange
  let transfer: CurlTransfer
  private let functions: CurlFunctions
  /// The fields of the head, which libcurl reads as long as the transfer lasts.
  private let list: UnsafeMutableRawPointer?

  /// Takes over the list.
  init(
    _ exchange: CurlExchange, _ transfer: consuming CurlTransfer, _ functions: CurlFunctions,
    list: UnsafeMutableRawPointer?
  ) {
    self.exchange = exchange
    self.transfer = transfer
    self.functions = functions
    // SAFETY: the list is freed below, and used by nobody else.
    unsafe self.list = list
  }

  deinit {
    // SAFETY: the transfer was taken away from libcurl before.
    unsafe functions.table.slist_free_all(list)
  }

  /// Where libcurl has it: what tells it from others.
  var place: UInt {
    // SAFETY: the number is compared, and never made a pointer of again.
    unsafe UInt(bitPattern: transfer.handle)
  }
}

/// libcurl's functions for many transfers; all but `wake` are called by one thread.
private struct CurlDriver: Sendable {
  private let library: CurlLibrary
  private let functions: CCurl_multi_functions
  /// The address of what `curl_multi_init` gave, which is never freed.
  private let address: UInt

  init?(_ library: CurlLibrary) {
    self.library = library
    guard let functions = library.multiFunctions, let made = functions.`init`() else {
      return nil
    }
    self.functions = functions
    address = UInt(bitPattern: made)
  }

  private var multi: UnsafeMutableRawPointer? {
    // SAFETY: what is there is never freed.
    unsafe UnsafeMutableRawPointer(bitPattern: address)
  }

  /// Has the thread look at its orders; any thread may call it.
  func wake() {
    // SAFETY: libcurl allows this call from every thread.
    _ = unsafe functions.wakeup(multi)
  }

  func perform() {
    var running: Int32 = 0
    // SAFETY: only the one thread calls this.
    _ = unsafe functions.perform(multi, &running)
  }

  /// False when it cannot be waited.
  func sleep(milliseconds: Int32) -> Bool {
    var ready: Int32 = 0
    // SAFETY: only the one thread calls this; there are no other descriptors to wait for.
    return unsafe functions.poll(multi, nil, 0, milliseconds, &ready) == CCURLE_OK
  }

  /// The next transfer that has ended, and its result.
  func nextEnded() -> (place: UInt, code: Int32)? {
    // SAFETY: only the one thread calls this.
    let ended = unsafe withUnsafePointer(to: functions) { unsafe CCurl_next_ended($0, multi) }
    guard let transfer = unsafe ended.transfer else { return nil }
    return unsafe (UInt(bitPattern: transfer), ended.code)
  }

  func remove(_ transfer: CurlActiveTransfer) {
    // SAFETY: the transfer is live, and was added.
    _ = unsafe functions.remove(multi, transfer.transfer.handle)
  }

  /// Has a transfer go on that a piece came too early for.
  func goOn(_ transfer: CurlActiveTransfer) {
    // SAFETY: the transfer is live; it may call back, which it does on this thread.
    _ = unsafe functions.pause(transfer.transfer.handle, CCURL_GO_ON)
  }

  /// Nil, and the exchange has failed, where libcurl does not take it.
  func begin(_ exchange: CurlExchange, _ request: CurlRequest) -> CurlActiveTransfer? {
    guard exchange.isWanted else { return nil }
    let functions = library.functions
    guard let transfer = CurlTransfer(functions) else {
      fail(exchange, CCURLE_OUT_OF_MEMORY)
      return nil
    }
    var list: UnsafeMutableRawPointer?
    // Without the last one libcurl would wait for a 100 before it sends a long body.
    for field in request.fields + ["expect:"] {
      // SAFETY: libcurl copies the text; the list is freed with the transfer.
      guard let longer = unsafe functions.table.slist_append(list, field) else { continue }
      unsafe list = longer
    }
    // SAFETY: the list is handed on to its one owner.
    let active = unsafe CurlActiveTransfer(exchange, transfer, functions, list: list)
    do throws(CurlRefusal) {
      try active.transfer.set(request)
      // SAFETY: exchange and list live as long as the transfer.
      try unsafe active.transfer.setReceiver(exchange, list: list)
      if request.network != nil { try active.transfer.setGuard(exchange) }
    } catch {
      fail(exchange, error.code, error.reason)
      return nil
    }
    // SAFETY: the transfer is live until it is removed, and so is the exchange.
    let code = unsafe self.functions.add(multi, active.transfer.handle)
    guard code == CCURLE_OK else {
      fail(exchange, CCURLE_OUT_OF_MEMORY)
      return nil
    }
    return active
  }

  private func fail(_ exchange: CurlExchange, _ code: Int32, _ reason: String? = nil) {
    exchange.finish(
      CurlExchangeFailure(
        kind: .unreachable, description: reason ?? library.functions.text(of: code)))
  }

  /// What a result means; nil for success.
  func failure(_ code: Int32, of exchange: CurlExchange) -> CurlExchangeFailure? {
    guard code != CCURLE_OK else { return nil }
    let kind: CurlExchangeFailure.Kind =
      switch (code, exchange.isHeadWhole) {
      case (CCURLE_OPERATION_TIMEDOUT, _): .timedOut
      case (_, false) where exchange.isForbidden: .forbidden
      case (CCURLE_PEER_FAILED_VERIFICATION, false): .untrusted
      case (_, true): .brokenOff
      case (_, false): .unreachable
      }
    return CurlExchangeFailure(kind: kind, description: library.functions.text(of: code))
  }
}

extension CurlTransfer {
  fileprivate borrowing func set(_ request: CurlRequest) throws(CurlRefusal) {
    try set(request.destination, protocols: "http,https", bits: CCURLPROTO_HTTP_AND_HTTPS)
    try set(request.proxy)
    if let authority = request.authority { try setAuthority(authority) }
    try set(CCURLOPT_CONNECTTIMEOUT_MS, request.connectMilliseconds)
    // Less than a byte a second, for so many seconds.
    try set(CCURLOPT_LOW_SPEED_LIMIT, 1)
    try set(CCURLOPT_LOW_SPEED_TIME, request.idleSeconds)
    try set(CCURLOPT_USERAGENT, "switchyard")
    // A proxy's own answer is not the server's.
    try set(CCURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
    // A name that is still being looked up would hold up the one thread; libraries before 7.87 do
    // not know how to leave it.
    do throws(CurlRefusal) {
      try set(CCURLOPT_QUICK_EXIT, 1)
    } catch {
      guard error.code == CCURLE_UNKNOWN_OPTION else { throw error }
    }
    try set(CCURLOPT_CUSTOMREQUEST, request.method)
    guard let body = request.body else { return }
    // SAFETY: libcurl copies the bytes before it returns.
    let code = unsafe body.withUnsafeBufferPointer { bytes in
      unsafe withTable { unsafe CCurl_set_body($0, handle, bytes.baseAddress, bytes.count) }
    }
    try check(code, CCURLOPT_COPYPOSTFIELDS)
  }

  /// Has the exchange, which must outlive the transfer, say where it may connect to.
  fileprivate borrowing func setGuard(_ exchange: CurlExchange) throws(CurlRefusal) {
    // A proxy would connect in our place, and an open connection was permitted to others.
    try set(CCURLOPT_PROXY, "")
    try set(CCURLOPT_NOPROXY, "*")
    try set(CCURLOPT_FRESH_CONNECT, 1)
    try set(CCURLOPT_FORBID_REUSE, 1)
    // SAFETY: the exchange outlives the transfer.
    let context = unsafe Unmanaged.passUnretained(exchange).toOpaque()
    // SAFETY: as above.
    let code = unsafe withTable { unsafe CCurl_set_opener($0, handle, openSocket, context) }
    try check(code, CCURLOPT_FRESH_CONNECT)
  }

  /// Has the exchange, which must outlive the transfer, take what comes.
  fileprivate borrowing func setReceiver(
    _ exchange: CurlExchange, list: UnsafeMutableRawPointer?
  ) throws(CurlRefusal) {
    // SAFETY: the list outlives the transfer.
    let listCode = unsafe withTable {
      unsafe CCurl_set_list($0, handle, CCURLOPT_HTTPHEADER, list)
    }
    try check(listCode, CCURLOPT_HTTPHEADER)
    // SAFETY: the exchange outlives the transfer.
    let context = unsafe Unmanaged.passUnretained(exchange).toOpaque()
    // SAFETY: the exchange outlives the transfer.
    let code = unsafe withTable {
      unsafe CCurl_set_takers($0, handle, takeBody, takeField, context)
    }
    try check(code, CCURLOPT_WRITEDATA)
  }
}

// Functions of C's kind: the thread's, and those that libcurl calls on it.

private func workForever(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
  // SAFETY: the pointer is the one that `init` handed over.
  guard let context = unsafe context else { return nil }
  // SAFETY: the reference was made for this thread, and is never given back.
  unsafe Unmanaged<CurlExchanges>.fromOpaque(context).takeUnretainedValue().work()
}

private func openSocket(
  _ context: UnsafeMutableRawPointer?, _ purpose: Int32,
  _ place: UnsafeMutablePointer<CCurl_place>?
) -> Int32 {
  let none: Int32 = -1
  // SAFETY: the pointers are compared with null.
  guard let context = unsafe context, let place = unsafe place else { return none }
  // SAFETY: the context is the exchange, which outlives its transfer.
  let exchange = unsafe Unmanaged<CurlExchange>.fromOpaque(context).takeUnretainedValue()
  var bytes = [UInt8](repeating: 0, count: 16)
  // SAFETY: libcurl hands over a whole address, and the call writes at most the sixteen bytes.
  let count = unsafe bytes.withUnsafeMutableBufferPointer {
    unsafe CCurl_address(place, $0.baseAddress)
  }
  guard count > 0, exchange.permits(Array(bytes[..<count])) else { return none }
  // SAFETY: as above.
  return unsafe CCurl_socket(place)
}

private func takeBody(
  _ bytes: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int,
  _ context: UnsafeMutableRawPointer?
) -> Int {
  // SAFETY: libcurl hands over so many bytes, for the length of this call.
  unsafe withPiece(bytes, size, count, context) { exchange, piece in
    switch exchange.take(body: piece) {
    case .taken: piece.count
    case .tooEarly: CCURL_WAIT
    case .unwanted: 0
    }
  }
}

private func takeField(
  _ bytes: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int,
  _ context: UnsafeMutableRawPointer?
) -> Int {
  // SAFETY: as above.
  unsafe withPiece(bytes, size, count, context) { exchange, piece in
    exchange.take(field: piece) == .taken ? piece.count : 0
  }
}

/// What `take` answers; 0 where there is nothing to give it.
private func withPiece(
  _ bytes: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int,
  _ context: UnsafeMutableRawPointer?, _ take: (CurlExchange, [UInt8]) -> Int
) -> Int {
  // SAFETY: the pointers are compared with null.
  guard let context = unsafe context, let bytes = unsafe bytes else { return 0 }
  // SAFETY: the context is the exchange, which outlives its transfer.
  let exchange = unsafe Unmanaged<CurlExchange>.fromOpaque(context).takeUnretainedValue()
  // SAFETY: the bytes live for the length of the call.
  let piece = unsafe [UInt8](UnsafeRawBufferPointer(start: bytes, count: size * count))
  return take(exchange, piece)
}

extension CurlLibrary {
  /// The functions for many transfers; nil where the library is too old to have them.
  fileprivate var multiFunctions: CCurl_multi_functions? {
    // SAFETY: the address is one that `dlopen` gave, or null.
    guard let library = unsafe UnsafeMutableRawPointer(bitPattern: address) else { return nil }
    var found = CCurl_multi_functions()
    // SAFETY: the call fills `found`, and reads the library that is never unloaded.
    return unsafe CCurl_find_multi(library, &found) ? found : nil
  }
}
