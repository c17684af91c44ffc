"""What opens which operation of the API, and the pages of tokens: a new one must be added here."""

from __future__ import annotations

# Right → endpoints.
DOORS = {
    "accounts.read": """
        tokens_api.export_of_user tokens_api.of_user users_api.export users_api.export_sign_ins
        users_api.index users_api.show users_api.sign_ins
    """,
    "accounts.tokens": """
        tokens_api.create tokens_api.export tokens_api.index tokens_api.revoke tokens_api.rights
        tokens_api.show
    """,
    "accounts.write": """
        tokens_api.set_quota users_api.end_sessions users_api.force_factor
        users_api.invite users_api.lock users_api.reset_factor users_api.send_link
        users_api.set_address users_api.set_roles users_api.set_scope users_api.unlock
    """,
    "agreements.read": """
        agreements_api.index agreements_api.show
        broker_agreements_api.of_broker client_agreements_api.of_client
    """,
    "agreements.write": """
        agreements_api.correct agreements_api.end agreements_api.keep_file
        agreements_api.sign broker_agreements_api.conclude_with_broker
        client_agreements_api.conclude_with_client
    """,
    "audit.read": """
        audit_api.export audit_api.index audit_api.show system_api.task system_api.verify
    """,
    "brokers.appoint": """
        brokers_api.appoint brokers_api.end_post
    """,
    "brokers.office": """
        brokers_api.link brokers_api.succeed
    """,
    "brokers.place": """
        brokers_api.leave brokers_api.place
    """,
    "brokers.read": """
        brokers_api.card brokers_api.export brokers_api.index brokers_api.reports brokers_api.show
        brokers_api.top deputies_api.show teams_api.export teams_api.index teams_api.show
    """,
    "brokers.write": """
        brokers_api.change brokers_api.create brokers_api.end_licence brokers_api.freeze
        brokers_api.qualify brokers_api.thaw
    """,
    "calendars.write": """
        calendars_api.index calendars_api.propose calendars_api.show
    """,
    "campaigns.export": """
        campaigns_api.export campaigns_api.export_recipients campaigns_api.export_stopped
    """,
    "campaigns.read": """
        campaigns_api.check campaigns_api.index campaigns_api.progress campaigns_api.recipients
        campaigns_api.show campaigns_api.stopped templates_api.export templates_api.index
        templates_api.show
    """,
    "campaigns.send": """
        campaigns_api.cancel campaigns_api.pause campaigns_api.resend campaigns_api.resume
        campaigns_api.send
    """,
    "campaigns.write": """
        campaigns_api.change campaigns_api.count campaigns_api.create
        campaigns_api.discard campaigns_api.duplicate campaigns_api.preview
        campaigns_api.test templates_api.archive templates_api.change templates_api.create
    """,
    "clients.classify": """
        suitability_api.classify
    """,
    "clients.create": """
        clients_api.create
    """,
    "clients.disclose": """
        client_files_api.everything client_files_api.revealed
    """,
    "clients.erase": """
        client_files_api.erase
    """,
    "clients.export": """
        agreements_api.export clients_api.export duplicates_api.export frozen_api.export
        frozen_api.export_members leads_api.export served_api.export_served timeline_api.export
    """,
    "clients.fields": """
        custom_api.change custom_api.define custom_api.index custom_api.restore
        custom_api.retire custom_api.show
    """,
    "clients.merge": """
        duplicates_api.keep_apart duplicates_api.merge duplicates_api.name
        duplicates_api.search duplicates_api.undo
    """,
    "clients.read": """
        care_api.shown client_files_api.shown clients_api.earlier clients_api.index
        clients_api.known clients_api.owners clients_api.reached clients_api.show
        custom_api.shown duplicates_api.index duplicates_api.show kin_api.shown
        served_api.count served_api.served
        serving_api.history suitability_api.shown tags_api.shown timeline_api.shown
    """,
    "clients.reveal": """
        client_files_api.reveal clients_api.reveal notes_api.shown
    """,
    "clients.tags": """
        tags_api.enlist tags_api.export tags_api.index tags_api.retire
    """,
    "clients.write": """
        care_api.end care_api.put client_files_api.put clients_api.add_contact
        clients_api.change clients_api.choose_contact clients_api.remove_contact
        custom_api.write kin_api.found kin_api.join kin_api.leave kin_api.part
        kin_api.relate notes_api.agree notes_api.meet notes_api.record notes_api.remove
        tags_api.put tags_api.take_off
    """,
    "consent.export": """
        consents_api.export
    """,
    "consent.read": """
        client_consents_api.show consents_api.index
    """,
    "consent.write": """
        client_consents_api.lift client_consents_api.record client_consents_api.stop
    """,
    "imports.read": """
        imports_api.export imports_api.index imports_api.preview imports_api.rejected
        imports_api.show
    """,
    "imports.write": """
        imports_api.answer imports_api.apply imports_api.cancel imports_api.check
        imports_api.choose_form imports_api.choose_mapping imports_api.fields
        imports_api.resume imports_api.upload
    """,
    "jobs.read": """
        jobs_api.export jobs_api.index jobs_api.show jobs_api.timetable
    """,
    "jobs.write": """
        jobs_api.drop jobs_api.retry jobs_api.retry_all jobs_api.run
    """,
    "leads.assign": """
        leads_api.assign
    """,
    "leads.read": """
        leads_api.index leads_api.show
    """,
    "leads.sources": """
        leads_api.define leads_api.retire leads_api.sources
    """,
    "leads.write": """
        leads_api.convert leads_api.create leads_api.lose leads_api.talk
    """,
    "own": """
        approvals_api.approve approvals_api.export_requests approvals_api.reject
        approvals_api.request_shown approvals_api.requests calendars_api.proposal
        desk_api.end desk_api.export desk_api.index desk_api.show desk_api.take
        desk_api.waiting details_api.change details_api.show files_api.give
        me_api.end_others me_api.end_session me_api.me
        me_api.my_sessions notes_api.agree_own notes_api.refuse_own operations_api.cancel
        operations_api.export_operations operations_api.operation
        operations_api.operations search_api.find
    """,
    "portal.help": """
        access_api.change_address
    """,
    "relationship.assign": """
        serving_api.assign
    """,
    "relationship.deputise": """
        deputies_api.create deputies_api.end
    """,
    "relationship.transfer": """
        transfers_api.create transfers_api.say transfers_api.withdraw
    """,
    "transfers.read": """
        transfers_api.export transfers_api.index transfers_api.show
    """,
    "segments.read": """
        frozen_api.export_lists frozen_api.index frozen_api.inside frozen_api.members
        frozen_api.show segments_api.count segments_api.export segments_api.fields
        segments_api.index segments_api.show
    """,
    "segments.write": """
        frozen_api.freeze frozen_api.put_away frozen_api.take_out segments_api.change
        segments_api.create segments_api.remove
    """,
    "system.read": """
        system_api.backups system_api.export_backups system_api.index system_api.retention
    """,
    "system.run": """
        system_api.backup system_api.check
    """,
    "teams.write": """
        brokers_api.aim teams_api.aim teams_api.create teams_api.end teams_api.join
        teams_api.lead teams_api.leave
    """,
}
