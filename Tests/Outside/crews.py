"""Roles and groups as their makers have them."""

import itertools

from server import SCOPE

COUNT = itertools.count(1)


class Crew:
    """Two groups with a lead and a member: `still` changes no more, `group` may."""

    def __init__(self, server, scope=SCOPE):
        self.server, self.scope = server, scope
        self.project = f"project_{next(COUNT)}"
        self.lead, self.member = self.role(is_lead=True), self.role()
        self.still, self.group = self.make_group(project_id=self.project), self.make_group()
        for group in (self.still, self.group):
            self.join(group, self.lead, 1)
            self.join(group, self.member, 2)
        self.memory = self.write(self.still, self.member, "episodic")

    def made(self, path, value, **options):
        """What a request has made."""
        answer = self.server.post(path, value, **{"scope": self.scope, **options})
        assert answer.status == 201, answer.body
        return answer.value

    def role(self, **more):
        return self.made("/api/roles", {"name": f"Role {next(COUNT)}", "system_prompt": "You help.", **more})["id"]

    def make_group(self, **more):
        return self.made("/api/groups", {"name": f"Group {next(COUNT)}", **more})["id"]

    def join(self, group, role, ordinal=0):
        return self.made(f"/api/groups/{group}/members", {"role_id": role, "ordinal": ordinal})["id"]

    def write(self, group, role, type, **more):
        return self.made(f"/api/groups/{group}/blackboard",
                         {"type": type, "text": f"Thing {next(COUNT)}", "role_id": role, **more})["id"]

    def skill(self, **more):
        return self.made("/api/skills", {"name": f"Skill {next(COUNT)}", **more})["id"]
