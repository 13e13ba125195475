internal import Contract

/// What documents show of the roster's methods.
enum RosterExamples {
  // swift-format-ignore
  static let createRole = MethodExample(
    #"{"name":"Researcher","description":"Looks things up.","system_prompt":"You are a researcher.","allowed_tools":["session_runs","memory_*"],"is_lead":false}"#,
    answer: #"{"id":"role_01m8q3v6h2f9k4x7r0c5b8n1da","org_id":"acme","name":"Researcher","description":"Looks things up.","system_prompt":"You are a researcher.","allowed_tools":["session_runs","memory_*"],"denied_tools":[],"style_constraints":{},"is_lead":false,"created_at":"2026-11-27T18:41:17.540Z","updated_at":"2026-11-27T18:41:17.540Z"}"#)

  // swift-format-ignore
  static let listRoles = MethodExample(
    "{}",
    answer: #"{"roles":[{"id":"role_01m8q3v6h2f9k4x7r0c5b8n1da","org_id":"acme","name":"Researcher","description":"Looks things up.","system_prompt":"You are a researcher.","allowed_tools":["session_runs","memory_*"],"denied_tools":[],"style_constraints":{},"is_lead":false,"created_at":"2026-11-27T18:41:17.540Z","updated_at":"2026-11-27T18:41:17.540Z"}]}"#)

  // swift-format-ignore
  static let getRole = MethodExample(
    #"{"role_id":"role_01m8q3v6h2f9k4x7r0c5b8n1da"}"#,
    answer: #"{"id":"role_01m8q3v6h2f9k4x7r0c5b8n1da","org_id":"acme","name":"Researcher","description":"Looks things up.","system_prompt":"You are a researcher.","allowed_tools":["session_runs","memory_*"],"denied_tools":[],"style_constraints":{},"is_lead":false,"created_at":"2026-11-27T18:41:17.540Z","updated_at":"2026-11-27T18:41:17.540Z"}"#)

  // swift-format-ignore
  static let createGroup = MethodExample(
    #"{"name":"Advisers","description":"They weigh what to do.","project_id":"atlas"}"#,
    answer: #"{"id":"grp_01m8q3w1c8d5e2f7g0h4j9k6mb","org_id":"acme","project_id":"atlas","name":"Advisers","description":"They weigh what to do.","created_at":"2026-11-27T18:41:45.003Z","updated_at":"2026-11-27T18:41:45.003Z"}"#)

  // swift-format-ignore
  static let listGroups = MethodExample(
    #"{"project_id":"atlas"}"#,
    answer: #"{"groups":[{"id":"grp_01m8q3w1c8d5e2f7g0h4j9k6mb","org_id":"acme","project_id":"atlas","name":"Advisers","description":"They weigh what to do.","created_at":"2026-11-27T18:41:45.003Z","updated_at":"2026-11-27T18:41:45.003Z"}]}"#)

  // swift-format-ignore
  static let getGroup = MethodExample(
    #"{"group_id":"grp_01m8q3w1c8d5e2f7g0h4j9k6mb"}"#,
    answer: #"{"id":"grp_01m8q3w1c8d5e2f7g0h4j9k6mb","org_id":"acme","project_id":"atlas","name":"Advisers","description":"They weigh what to do.","created_at":"2026-11-27T18:41:45.003Z","updated_at":"2026-11-27T18:41:45.003Z"}"#)

  // swift-format-ignore
  static let addMember = MethodExample(
    #"{"group_id":"grp_01m8q3w1c8d5e2f7g0h4j9k6mb","role_id":"role_01m8q3v6h2f9k4x7r0c5b8n1da","ordinal":1}"#,
    answer: #"{"id":"gm_01m8q3x0a7b4c9d2e5f8g1h6jc","group_id":"grp_01m8q3w1c8d5e2f7g0h4j9k6mb","role_id":"role_01m8q3v6h2f9k4x7r0c5b8n1da","agent_instance_id":"agt_01m8q3x0a7b4c9d2e5f8g1h6jd","ordinal":1,"created_at":"2026-11-27T18:42:16.007Z"}"#)

  // swift-format-ignore
  static let members = MethodExample(
    #"{"group_id":"grp_01m8q3w1c8d5e2f7g0h4j9k6mb"}"#,
    answer: #"{"members":[{"id":"gm_01m8q3x0a7b4c9d2e5f8g1h6jc","group_id":"grp_01m8q3w1c8d5e2f7g0h4j9k6mb","role_id":"role_01m8q3v6h2f9k4x7r0c5b8n1da","agent_instance_id":"agt_01m8q3x0a7b4c9d2e5f8g1h6jd","ordinal":1,"created_at":"2026-11-27T18:42:16.007Z"}]}"#)

  // swift-format-ignore
  static let write = MethodExample(
    #"{"group_id":"grp_01m8q3w1c8d5e2f7g0h4j9k6mb","type":"episodic","text":"The supplier answers on Mondays.","importance":0.8,"role_id":"role_01m8q3v6h2f9k4x7r0c5b8n1da"}"#,
    answer: #"{"id":"01a21e4d-59b9-7634-96ef-9022e61780ae"}"#)

  // swift-format-ignore
  static let memory = MethodExample(
    #"{"group_id":"grp_01m8q3w1c8d5e2f7g0h4j9k6mb","memory_id":"01a21e4d-59b9-7634-96ef-9022e61780ae"}"#,
    answer: #"{"id":"01a21e4d-59b9-7634-96ef-9022e61780ae","type":"episodic","text":"The supplier answers on Mondays.","metadata":{"blackboard":true,"role_id":"role_01m8q3v6h2f9k4x7r0c5b8n1da"},"importance":0.8,"role_id":"role_01m8q3v6h2f9k4x7r0c5b8n1da","group_id":"grp_01m8q3w1c8d5e2f7g0h4j9k6mb","created_at":"2026-11-27T18:43:02.114Z","updated_at":"2026-11-27T18:43:02.114Z"}"#)

  // swift-format-ignore
  static let memories = MethodExample(
    #"{"group_id":"grp_01m8q3w1c8d5e2f7g0h4j9k6mb","limit":1}"#,
    answer: #"{"memories":[{"id":"01a21e4d-59b9-7634-96ef-9022e61780ae","type":"episodic","text":"The supplier answers on Mondays.","metadata":{"blackboard":true,"role_id":"role_01m8q3v6h2f9k4x7r0c5b8n1da"},"importance":0.8,"role_id":"role_01m8q3v6h2f9k4x7r0c5b8n1da","group_id":"grp_01m8q3w1c8d5e2f7g0h4j9k6mb","created_at":"2026-11-27T18:43:02.114Z","updated_at":"2026-11-27T18:43:02.114Z"}]}"#)

  // swift-format-ignore
  static let createSkill = MethodExample(
    #"{"name":"files","description":"Reads files.","tools":[{"name":"read_file","description":"Reads a file.","parameters":{}}],"risk_level":"medium"}"#,
    answer: #"{"id":"skill_01m8q3z5k2m7n4p9q1r6s3t8ve","org_id":"acme","name":"files","description":"Reads files.","tools":[{"name":"read_file","description":"Reads a file.","parameters":{}}],"risk_level":"medium","provider":"builtin","allow_implicit_invocation":false,"entry_path":null,"source_type":null,"dependencies":null,"health_status":"unknown","created_at":"2026-11-27T18:44:30.920Z","updated_at":"2026-11-27T18:44:30.920Z"}"#)

  // swift-format-ignore
  static let listSkills = MethodExample(
    "{}",
    answer: #"{"skills":[{"id":"skill_01m8q3z5k2m7n4p9q1r6s3t8ve","org_id":"acme","name":"files","description":"Reads files.","tools":[{"name":"read_file","description":"Reads a file.","parameters":{}}],"risk_level":"medium","provider":"builtin","allow_implicit_invocation":false,"entry_path":null,"source_type":null,"dependencies":null,"health_status":"unknown","created_at":"2026-11-27T18:44:30.920Z","updated_at":"2026-11-27T18:44:30.920Z"}]}"#)

  // swift-format-ignore
  static let getSkill = MethodExample(
    #"{"skill_id":"skill_01m8q3z5k2m7n4p9q1r6s3t8ve"}"#,
    answer: #"{"id":"skill_01m8q3z5k2m7n4p9q1r6s3t8ve","org_id":"acme","name":"files","description":"Reads files.","tools":[{"name":"read_file","description":"Reads a file.","parameters":{}}],"risk_level":"medium","provider":"builtin","allow_implicit_invocation":false,"entry_path":null,"source_type":null,"dependencies":null,"health_status":"unknown","created_at":"2026-11-27T18:44:30.920Z","updated_at":"2026-11-27T18:44:30.920Z"}"#)

  // swift-format-ignore
  static let removeSkill = MethodExample(
    #"{"skill_id":"skill_01m8q3z5k2m7n4p9q1r6s3t8ve"}"#, answer: "{}")
}
