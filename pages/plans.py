"""Two action plans: what was promised, how far it came, who watches, and what the reviewers asked for."""

from dashboard import components as ui

reader = ui.get_reader()
ui.show_heading(reader.text("page_plans"), reader.text("plans_lead"))

ui.show_present(reader, "/plans", *(f"plan-{plan.code}" for plan in ui.get_rows(reader, "get_plans")))
view = ui.choose_plan_view(reader)
if view == "commitments":
    ui.show_commitments(reader)
elif view == "timeline":
    ui.show_plan_timeline(reader)
elif view == "task_force":
    ui.show_task_force(reader)
elif view == "recommendations":
    ui.show_recommendations(reader)
else:
    ui.show_standards(reader)
