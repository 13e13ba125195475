package import Contract
package import Models
internal import Wire

/// Asks Feishu's open platform; what it sends is bounded, and never trusted.
package struct FeishuClient: Sendable {
  let access: FeishuAccess
  private let transport: any ProviderTransport
  private let policy: RetryPolicy
  private let clock: any MonotonicClock
  private let pausing: any Pausing
  private let pass = FeishuPass()

  /// The most scalars of a sentence of Feishu's that are repeated.
  private static let messageMax = 300

  package init(
    _ access: FeishuAccess, over transport: any ProviderTransport, policy: RetryPolicy,
    clock: any MonotonicClock, pausing: any Pausing
  ) {
    self.access = access
    self.transport = transport
    self.policy = policy
    self.clock = clock
    self.pausing = pausing
  }

  /// What is asked of Feishu.
  struct Question: Sendable {
    let verb: Verb
    let path: String
    var query: [(name: String, value: String)] = []
    var body: WireValue?
  }

  /// What Feishu answered.
  struct Answer: Sendable {
    let value: WireValue
    let bytes: Int

    /// What was asked for.
    var told: WireValue { value["data"] ?? .null }
  }

  /// What Feishu tells.
  nonisolated(nonsending) func ask(
    _ question: Question
  ) async throws(FeishuFailure) -> WireValue {
    try await answer(to: question).told
  }

  /// The answer to a question; a token that Feishu does not take is renewed once.
  nonisolated(nonsending) func answer(
    to question: Question
  ) async throws(FeishuFailure) -> Answer {
    let token = try await token()
    do throws(FeishuFailure) {
      return try await answer(to: question, showing: token)
    } catch {
      guard error.isStalePass else { throw error }
    }
    await pass.drop(token)
    return try await answer(to: question, showing: try await self.token())
  }

  /// A token that is good now.
  private nonisolated(nonsending) func token() async throws(FeishuFailure) -> ProviderKey {
    if let token = await pass.token(at: clock.nanoseconds) { return token }
    let question = Question(
      verb: .post, path: "/open-apis/auth/v3/tenant_access_token/internal",
      body: ["app_id": .text(access.appID), "app_secret": .text(access.secret.secret)])
    var failure: FeishuFailure
    do throws(FeishuFailure) {
      let answer = try await answer(to: question, showing: nil).value
      if let token = answer["tenant_access_token"]?.text.flatMap(ProviderKey.init) {
        await pass.keep(
          token, forSeconds: answer["expire"]?.integer ?? 0, at: clock.nanoseconds)
        return token
      }
      failure = .unreadable("Feishu's answer holds no token")
    } catch {
      failure = FeishuFailure(
        kind: error.kind, status: error.status, code: error.code,
        message: "Feishu gave no access: \(error.message)")
    }
    failure.concernsAll = true
    throw failure
  }

  /// The answer to a question, which is asked again while that can help.
  private nonisolated(nonsending) func answer(
    to question: Question, showing token: ProviderKey?
  ) async throws(FeishuFailure) -> Answer {
    let request = request(question, showing: token)
    var attempts = 0
    while true {
      attempts += 1
      do throws(FeishuFailure) {
        return try await attempt(request, token)
      } catch {
        guard error.isTransient, attempts < policy.attemptsMax else { throw error }
        let delay = policy.delay(after: attempts, retryAfter: error.retryAfter)
        guard await pausing.rest(for: delay) else { throw .calledOff }
      }
    }
  }

  private func request(_ question: Question, showing token: ProviderKey?) -> ProviderRequest {
    var headers = [ProviderHeader("accept", "application/json")]
    if question.body != nil {
      headers.append(ProviderHeader("content-type", "application/json; charset=utf-8"))
    }
    if let token {
      headers.append(
        ProviderHeader("authorization", "Bearer \(token.secret)", isSecret: true))
    }
    let query = question.query.map { "\($0.name)=\($0.value.percentEncoded)" }
    let path = question.path + (query.isEmpty ? "" : "?\(query.joined(separator: "&"))")
    return ProviderRequest(
      question.verb, url: access.address.text + path, headers: headers,
      body: question.body?.json() ?? [], connectTimeout: FeishuLimits.connectMax,
      idleTimeout: FeishuLimits.requestMax, timeout: FeishuLimits.requestMax)
  }

  private nonisolated(nonsending) func attempt(
    _ request: ProviderRequest, _ token: ProviderKey?
  ) async throws(FeishuFailure) -> Answer {
    guard !Task.isCancelled else { throw .calledOff }
    let response: any ProviderResponse
    do throws(ModelError) {
      response = try await transport.open(request)
    } catch {
      throw failure(error, token)
    }
    defer { response.close() }
    let body = try await body(of: response, token)
    let value: WireValue?
    do throws(DecodeError) {
      value = try WireValue(
        json: body, limits: DecodeLimits(depth: 64, items: FeishuLimits.answerItemsMax))
    } catch {
      // What a proxy says is no JSON; its status tells enough.
      value = nil
    }
    let code = value?["code"]?.integer
    if let value, code == 0, (200...299).contains(response.status) {
      return Answer(value: value, bytes: body.count)
    }
    guard value != nil || !(200...299).contains(response.status) else {
      throw .unreadable("Feishu's answer is no JSON")
    }
    var text = "status \(response.status)"
    if let code { text += ", code \(code)" }
    if let said = value?["msg"]?.text, !said.isEmpty { text += ", \(said)" }
    var failure = FeishuFailure(
      kind: .refused, status: response.status, code: code, message: cleaned(text, token))
    failure.retryAfter = response.retryAfter ?? Self.reset(of: response)
    throw failure
  }

  /// When a limit of the platform's gateway is lifted.
  private static func reset(of response: any ProviderResponse) -> Duration? {
    response.value(of: "x-ogw-ratelimit-reset").flatMap { RetryAfter.delay($0, at: 0) }
  }

  private nonisolated(nonsending) func body(
    of response: any ProviderResponse, _ token: ProviderKey?
  ) async throws(FeishuFailure) -> [UInt8] {
    var body: [UInt8] = []
    do throws(ModelError) {
      while let piece = try await response.piece() {
        body += piece
        guard body.count <= FeishuLimits.answerBytesMax else { break }
      }
    } catch {
      throw failure(error, token)
    }
    guard body.count <= FeishuLimits.answerBytesMax else {
      throw .unreadable("Feishu's answer has more than \(FeishuLimits.answerBytesMax) bytes")
    }
    return body
  }

  private func failure(_ error: ModelError, _ token: ProviderKey?) -> FeishuFailure {
    if error == .cancelled { return .calledOff }
    return FeishuFailure(
      kind: error.fault == .timedOut ? .timedOut : .unreachable,
      message: cleaned(error.message, token))
  }

  /// Whatever Feishu or the network said may hold what nobody else may know.
  private func cleaned(_ text: String, _ token: ProviderKey?) -> String {
    let scrubbed = access.secret.scrubbed(from: token?.scrubbed(from: text) ?? text)
    return Excerpt.clipped(scrubbed, scalarsMax: Self.messageMax)
  }
}
