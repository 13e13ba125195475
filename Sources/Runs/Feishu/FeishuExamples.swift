internal import Contract

/// What documents show of the methods of connectors.
enum FeishuExamples {
  // swift-format-ignore
  static let create = MethodExample(
    #"{"name":"Handbook","config":{"folder_tokens":["fldcnA7b9QxY2"],"poll_interval_seconds":600}}"#,
    answer: #"{"id":"fconn_01m8q3v6h2f9k4x7r0c5b8n1da","org_id":"acme","project_id":"atlas","name":"Handbook","status":"active","config":{"folder_tokens":["fldcnA7b9QxY2"],"wiki_node_tokens":[],"file_tokens":[],"bitable_app_tokens":[],"poll_interval_seconds":600,"max_docs_per_sync":200,"max_records_per_table":500,"chunking":{"target_tokens":600,"max_tokens":1100,"min_tokens":120,"media_context_blocks":2}},"created_by":"ann","last_sync_at":null,"last_success_at":null,"last_error":null,"last_polled_at":null,"created_at":"2026-11-27T18:41:17.540Z","updated_at":"2026-11-27T18:41:17.540Z"}"#)

  // swift-format-ignore
  static let list = MethodExample(
    "{}",
    answer: #"{"connectors":[{"id":"fconn_01m8q3v6h2f9k4x7r0c5b8n1da","org_id":"acme","project_id":"atlas","name":"Handbook","status":"active","config":{"folder_tokens":["fldcnA7b9QxY2"],"wiki_node_tokens":[],"file_tokens":[],"bitable_app_tokens":[],"poll_interval_seconds":600,"max_docs_per_sync":200,"max_records_per_table":500,"chunking":{"target_tokens":600,"max_tokens":1100,"min_tokens":120,"media_context_blocks":2}},"created_by":"ann","last_sync_at":"2026-11-27T18:45:02.118Z","last_success_at":"2026-11-27T18:45:02.118Z","last_error":null,"last_polled_at":"2026-11-27T18:45:00.020Z","created_at":"2026-11-27T18:41:17.540Z","updated_at":"2026-11-27T18:41:17.540Z"}]}"#)

  // swift-format-ignore
  static let connector = MethodExample(
    #"{"connector_id":"fconn_01m8q3v6h2f9k4x7r0c5b8n1da"}"#,
    answer: #"{"id":"fconn_01m8q3v6h2f9k4x7r0c5b8n1da","org_id":"acme","project_id":"atlas","name":"Handbook","status":"active","config":{"folder_tokens":["fldcnA7b9QxY2"],"wiki_node_tokens":[],"file_tokens":[],"bitable_app_tokens":[],"poll_interval_seconds":600,"max_docs_per_sync":200,"max_records_per_table":500,"chunking":{"target_tokens":600,"max_tokens":1100,"min_tokens":120,"media_context_blocks":2}},"created_by":"ann","last_sync_at":null,"last_success_at":null,"last_error":null,"last_polled_at":null,"created_at":"2026-11-27T18:41:17.540Z","updated_at":"2026-11-27T18:41:17.540Z"}"#)

  // swift-format-ignore
  static let update = MethodExample(
    #"{"connector_id":"fconn_01m8q3v6h2f9k4x7r0c5b8n1da","status":"paused"}"#,
    answer: #"{"id":"fconn_01m8q3v6h2f9k4x7r0c5b8n1da","org_id":"acme","project_id":"atlas","name":"Handbook","status":"paused","config":{"folder_tokens":["fldcnA7b9QxY2"],"wiki_node_tokens":[],"file_tokens":[],"bitable_app_tokens":[],"poll_interval_seconds":600,"max_docs_per_sync":200,"max_records_per_table":500,"chunking":{"target_tokens":600,"max_tokens":1100,"min_tokens":120,"media_context_blocks":2}},"created_by":"ann","last_sync_at":null,"last_success_at":null,"last_error":null,"last_polled_at":null,"created_at":"2026-11-27T18:41:17.540Z","updated_at":"2026-11-27T18:52:40.007Z"}"#)

  // swift-format-ignore
  static let sync = MethodExample(
    #"{"connector_id":"fconn_01m8q3v6h2f9k4x7r0c5b8n1da","wait":true}"#,
    answer: #"{"id":"fsjob_01m8q3x9t4w2e6r8y0u1i3o5pa","org_id":"acme","project_id":"atlas","connector_id":"fconn_01m8q3v6h2f9k4x7r0c5b8n1da","trigger":"manual","status":"completed","started_at":"2026-11-27T18:45:00.101Z","ended_at":"2026-11-27T18:45:02.118Z","stats":{"discovered":3,"processed":2,"skipped":0,"failed":1,"docx_docs":1,"bitable_tables":2,"chunk_count":14},"error_message":null,"created_at":"2026-11-27T18:45:00.090Z","updated_at":"2026-11-27T18:45:02.118Z"}"#)

  // swift-format-ignore
  static let jobs = MethodExample(
    #"{"connector_id":"fconn_01m8q3v6h2f9k4x7r0c5b8n1da","limit":1}"#,
    answer: #"{"jobs":[{"id":"fsjob_01m8q3x9t4w2e6r8y0u1i3o5pa","org_id":"acme","project_id":"atlas","connector_id":"fconn_01m8q3v6h2f9k4x7r0c5b8n1da","trigger":"poll","status":"failed","started_at":"2026-11-27T18:45:00.101Z","ended_at":"2026-11-27T18:45:09.120Z","stats":{"discovered":0,"processed":0,"skipped":0,"failed":0,"docx_docs":0,"bitable_tables":0,"chunk_count":0},"error_message":"Feishu gave no access: status 200, code 10014, app secret invalid","created_at":"2026-11-27T18:45:00.090Z","updated_at":"2026-11-27T18:45:09.120Z"}]}"#)
}
