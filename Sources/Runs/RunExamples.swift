internal import Contract

/// What documents show of the domain's methods.
enum RunExamples {
  // swift-format-ignore
  static let create = MethodExample(
    #"{"session_key":"s_one","input":"What is 6 * 7?"}"#,
    answer: #"{"run_id":"run_01m8cwwgk4kq9w45mvb81tn0d4","status":"pending","created_at":"2026-11-26T21:41:17.540Z"}"#)

  // swift-format-ignore
  static let get = MethodExample(
    #"{"run_id":"run_01m8cwwgk4kq9w45mvb81tn0d4"}"#,
    answer: #"{"run_id":"run_01m8cwwgk4kq9w45mvb81tn0d4","session_key":"s_one","status":"completed","started_at":"2026-11-26T21:41:17.542Z","ended_at":"2026-11-26T21:41:17.549Z","duration_ms":7,"event_count":10,"tool_call_count":1,"agent_id":"main","group_id":null,"parent_run_id":null,"phase":null,"output":"6 * 7 = 42","error":null,"usage":{"prompt_tokens":38,"completion_tokens":5,"total_tokens":43,"cost_micro_usd":0},"created_at":"2026-11-26T21:41:17.540Z"}"#)

  // swift-format-ignore
  static let list = MethodExample(
    #"{"session_key":"s_one","limit":1}"#,
    answer: #"{"runs":[{"run_id":"run_01m8cwwgk4kq9w45mvb81tn0d4","session_key":"s_one","status":"completed","started_at":"2026-11-26T21:41:17.542Z","ended_at":"2026-11-26T21:41:17.549Z","duration_ms":7,"event_count":10,"tool_call_count":1,"agent_id":"main","group_id":null,"parent_run_id":null,"phase":null,"output":"6 * 7 = 42","error":null,"usage":{"prompt_tokens":38,"completion_tokens":5,"total_tokens":43,"cost_micro_usd":0},"created_at":"2026-11-26T21:41:17.540Z"}],"total":3,"page":1,"limit":1}"#)

  // swift-format-ignore
  static let search = MethodExample(
    #"{"status":["completed"],"created_after":"2026-11-26T00:00:00.000Z","q":"6 *","limit":1}"#,
    answer: #"{"runs":[{"run_id":"run_01m8cwwgk4kq9w45mvb81tn0d4","session_key":"s_one","status":"completed","started_at":"2026-11-26T21:41:17.542Z","ended_at":"2026-11-26T21:41:17.549Z","duration_ms":7,"event_count":10,"tool_call_count":1,"agent_id":"main","group_id":null,"parent_run_id":null,"phase":null,"output":"6 * 7 = 42","error":null,"usage":{"prompt_tokens":38,"completion_tokens":5,"total_tokens":43,"cost_micro_usd":0},"created_at":"2026-11-26T21:41:17.540Z"}],"next_cursor":null,"has_more":false}"#)

  // swift-format-ignore
  static let events = MethodExample(
    #"{"run_id":"run_01m8cwwgk4kq9w45mvb81tn0d4","type":["tool.called"]}"#,
    answer: #"{"events":[{"v":1,"seq":4,"ts":"2026-11-26T21:41:17.544Z","session_key":"s_one","run_id":"run_01m8cwwgk4kq9w45mvb81tn0d4","agent_id":"main","step_id":"step_1","span_id":"span_2","parent_span_id":"span_1","type":"tool.called","payload":{"tool":"calculator","arguments":{"expression":"6 * 7"}},"redaction":{"contains_secrets":false}}],"total":1,"next_cursor":"4","has_more":false}"#)

  // swift-format-ignore
  static let chain = MethodExample(
    #"{"run_id":"run_01m8d9tnvjxx3813dj8xfxxe1t","limit":1}"#,
    answer: #"{"links":[{"stream":"run:run_01m8d9tnvjxx3813dj8xfxxe1t","stream_seq":1,"tenant_id":"default","project_id":null,"type":"run.started","ts":1795742848885,"actor_kind":"agent","actor_id":"main","subject_kind":"run","subject_id":"run_01m8d9tnvjxx3813dj8xfxxe1t","correlation_id":null,"payload":{"v":1,"seq":1,"ts":"2026-11-27T01:27:28.885Z","session_key":"s_one","run_id":"run_01m8d9tnvjxx3813dj8xfxxe1t","agent_id":"main","step_id":"step_0","span_id":"sp_01m8d9tnvm9wyr8vwg4hfm6gjw","parent_span_id":null,"type":"run.started","payload":{"input":"What is 6 * 7?"},"redaction":{"contains_secrets":false}},"privacy":{"level":"internal","classes":[]},"prev_hash":"0000000000000000000000000000000000000000000000000000000000000000","hash":"6478f777eb34f127c4e3287a9e0b7183337eedd77b107ee9480e43163a422f1f"}],"next_cursor":"1","has_more":true}"#)

  // swift-format-ignore
  static let watch = MethodExample(
    #"{"run_id":"run_01m8cwwgk4kq9w45mvb81tn0d4","cursor":"3"}"#,
    answer: #"{"v":1,"seq":4,"ts":"2026-11-26T21:41:17.544Z","session_key":"s_one","run_id":"run_01m8cwwgk4kq9w45mvb81tn0d4","agent_id":"main","step_id":"step_1","span_id":"span_2","parent_span_id":"span_1","type":"tool.called","payload":{"tool":"calculator","arguments":{"expression":"6 * 7"}},"redaction":{"contains_secrets":false}}"#)

  // swift-format-ignore
  static let group = MethodExample(
    #"{"group_id":"grp_01m8q3w1c8d5e2f7g0h4j9k6mb","session_key":"s_advice","input":"Shall we move to Mondays?"}"#,
    answer: #"{"run_id":"run_01m8cwwgk4kq9w45mvb81tn0d5","group_id":"grp_01m8q3w1c8d5e2f7g0h4j9k6mb","status":"pending","created_at":"2026-11-26T21:41:17.540Z"}"#)

  // swift-format-ignore
  static let cancel = MethodExample(
    #"{"run_id":"run_01m8cwwgk4kq9w45mvb81tn0d4","reason":"no longer needed"}"#,
    answer: #"{"success":true,"run_id":"run_01m8cwwgk4kq9w45mvb81tn0d4"}"#)

  // swift-format-ignore
  static let approve = MethodExample(
    #"{"run_id":"run_01m8cwwgk4kq9w45mvb81tn0d4","tool_call_id":"call_1","reason":"the folder is a copy"}"#,
    answer: #"{"success":true,"run_id":"run_01m8cwwgk4kq9w45mvb81tn0d4","tool_call_id":"call_1","waiting":[]}"#)

  // swift-format-ignore
  static let reject = MethodExample(
    #"{"run_id":"run_01m8cwwgk4kq9w45mvb81tn0d4","tool_call_id":"call_1","reason":"not on a Friday"}"#,
    answer: #"{"success":true,"run_id":"run_01m8cwwgk4kq9w45mvb81tn0d4","tool_call_id":"call_1","waiting":["call_2"]}"#)

  // swift-format-ignore
  static let inject = MethodExample(
    #"{"run_id":"run_01m8cwwgk4kq9w45mvb81tn0d4","message":"And in euros, please."}"#,
    answer: #"{"success":true,"run_id":"run_01m8cwwgk4kq9w45mvb81tn0d4","messages":1}"#)

  // swift-format-ignore
  static let children = MethodExample(
    #"{"run_id":"run_01m8cwwgk4kq9w45mvb81tn0d4"}"#,
    answer: #"{"runs":[{"run_id":"run_01m8cwwgk4kq9w45mvb81tn0d6","session_key":"s_run_01m8cwwgk4kq9w45mvb81tn0d4","status":"completed","started_at":"2026-11-26T21:41:18.542Z","ended_at":"2026-11-26T21:41:20.549Z","duration_ms":2007,"event_count":14,"tool_call_count":0,"agent_id":"group:grp_01m8q3w1c8d5e2f7g0h4j9k6mb","group_id":"grp_01m8q3w1c8d5e2f7g0h4j9k6mb","parent_run_id":"run_01m8cwwgk4kq9w45mvb81tn0d4","phase":null,"output":"Mondays it is.","error":null,"usage":{"prompt_tokens":80,"completion_tokens":24,"total_tokens":104,"cost_micro_usd":0},"created_at":"2026-11-26T21:41:18.540Z"}]}"#)
}
