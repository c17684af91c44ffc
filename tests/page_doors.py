"""What opens which page: a new route must be added here."""

from __future__ import annotations

# Right → endpoints. "half" is open like "public", but asks for the first step of a sign-in.
DOORS = {
    "accounts.read": """
        accounts.export accounts.export_sign_ins accounts.index accounts.show accounts.sign_ins
        tokens.export_of_user tokens.of_user
    """,
    "accounts.tokens": """
        tokens.create tokens.export tokens.index tokens.new tokens.revoke tokens.show
    """,
    "accounts.write": """
        accounts.end_sessions accounts.force_factor accounts.invite accounts.lock
        accounts.new accounts.reset_factor accounts.send_link accounts.set_address
        accounts.set_roles accounts.set_scope accounts.unlock tokens.set_quota
    """,
    "agreements.read": """
        agreements.index agreements.show
    """,
    "agreements.write": """
        agreements.conclude_with_broker agreements.conclude_with_client agreements.correct
        agreements.end agreements.keep_file agreements.new_with_broker
        agreements.new_with_client agreements.sign
    """,
    "audit.read": """
        audit_log.export audit_log.index audit_log.show system.task system.verify
    """,
    "brokers.appoint": """
        holding.appoint holding.end_post
    """,
    "brokers.office": """
        brokers.link brokers.succeed
    """,
    "brokers.place": """
        brokers.leave brokers.place
    """,
    "brokers.read": """
        brokers.export brokers.index brokers.panel_of brokers.show deputies.show teams.export
        teams.index teams.show tree.index tree.step
    """,
    "brokers.write": """
        brokers.change brokers.create brokers.edit brokers.freeze brokers.new brokers.thaw
        holding.end_licence holding.qualify
    """,
    "calendars.write": """
        calendars.index calendars.propose calendars.show
    """,
    "campaigns.export": """
        campaigns.export campaigns.recipients campaigns.stopped_file
    """,
    "campaigns.read": """
        campaign_templates.edit campaign_templates.export campaign_templates.index campaigns.check
        campaigns.index campaigns.progress campaigns.show campaigns.stopped
    """,
    "campaigns.send": """
        campaigns.cancel campaigns.pause campaigns.resend campaigns.resume campaigns.send
    """,
    "campaigns.write": """
        campaign_templates.archive campaign_templates.create campaign_templates.new
        campaign_templates.save campaigns.count campaigns.create campaigns.discard
        campaigns.duplicate campaigns.mail campaigns.new campaigns.preview campaigns.save
        campaigns.test
    """,
    "clients.classify": """
        suitability.classify
    """,
    "clients.create": """
        clients.create clients.new
    """,
    "clients.disclose": """
        erasure.everything
    """,
    "clients.erase": """
        erasure.erase
    """,
    "clients.export": """
        agreements.export clients.export duplicates.export frozen.export frozen.export_members
        leads.export relationship.export_clients_of timeline.export
    """,
    "clients.fields": """
        custom.change custom.define custom.edit custom.index custom.restore custom.retire
    """,
    "clients.merge": """
        duplicates.keep_apart duplicates.merge duplicates.name duplicates.search
        duplicates.undo
    """,
    "clients.read": """
        care.show clients.earlier clients.index clients.known clients.owners
        clients.panel_of clients.show custom.show duplicates.index duplicates.show kin.show
        relationship.clients_of relationship.served suitability.show timeline.show
    """,
    "clients.reveal": """
        clients.reveal notes.show papers.reveal
    """,
    "clients.tags": """
        tags.enlist tags.export tags.index tags.retire
    """,
    "clients.write": """
        care.end care.put clients.add_contact clients.change clients.choose_contact
        clients.edit clients.remove_contact custom.write kin.found kin.join kin.leave
        kin.part kin.relate notes.agree notes.meet notes.record notes.remove papers.put
        tags.put tags.take_off
    """,
    "consent.export": """
        consent.ledger_file
    """,
    "consent.read": """
        client_consents.show consent.ledger
    """,
    "consent.write": """
        client_consents.lift client_consents.record client_consents.stop
    """,
    "half": """
        factors.choose factors.set_app factors.show_app passkeys.enter passkeys.keep
        passkeys.new signin.enter_by_code signin.enter_second signin.second
    """,
    "imports.read": """
        imports.export imports.index imports.progress imports.rejected imports.show
    """,
    "imports.write": """
        imports.answer imports.apply imports.cancel imports.choose_form
        imports.choose_mapping imports.new imports.resume imports.upload
    """,
    "jobs.read": """
        jobs.export jobs.index jobs.show jobs.timetable
    """,
    "jobs.write": """
        jobs.drop jobs.retry jobs.retry_all jobs.run
    """,
    "leads.assign": """
        leads.assign
    """,
    "leads.read": """
        leads.index leads.show
    """,
    "leads.sources": """
        leads.define leads.retire leads.sources
    """,
    "leads.write": """
        leads.convert leads.create leads.lose leads.new leads.talk
    """,
    "own": """
        approvals.approve approvals.export approvals.index approvals.reject approvals.show
        calendars.proposal desk.bell desk.end desk.export desk.index desk.show desk.take
        details.ask details.change details.confirm details.prove details.show
        factors.done factors.drop_app factors.drop_passkey factors.new_codes files.give
        live.ticket me.ask_address me.change_address me.confirm_address me.end_others
        me.end_session me.set_password me.show me.want_address notes.agree_own
        notes.refuse_own operations.cancel operations.export operations.index
        operations.show portal.home web.home web.search
    """,
    "portal.help": """
        portal_desk.change_address
    """,
    "public": """
        activation.activate activation.prove activation.send activation.start api.openapi
        healthz passkeys.question probes.figures probes.readyz sandbox.clear_faults
        sandbox.empty sandbox.faults sandbox.home sandbox.html sandbox.mail
        sandbox.mailbox sandbox.order_fault sandbox.phone sandbox.set_pipelining
        signin.ask_code signin.choose_password signin.enter signin.enter_by_password
        signin.forgot signin.send_code signin.send_link signin.set_password
        signin.type_code signout.leave static_files.file web.preferences
    """,
    "relationship.assign": """
        relationship.ask relationship.assign
    """,
    "relationship.deputise": """
        deputies.create deputies.end
    """,
    "relationship.transfer": """
        transfers.create transfers.new transfers.say transfers.withdraw
    """,
    "transfers.read": """
        transfers.export transfers.index transfers.show
    """,
    "segments.read": """
        frozen.export_lists frozen.index frozen.members frozen.show segments.count segments.edit
        segments.export segments.index segments.redraw
    """,
    "segments.write": """
        frozen.freeze frozen.put_away frozen.take_out segments.change segments.create
        segments.new segments.remove
    """,
    "signed": """
        consent.unsubscribe consent.unsubscribe_page consent.unsubscribed
        deliveries.twilio_status
    """,
    "system.read": """
        system.backups system.backups_file system.index system.retention
    """,
    "system.run": """
        system.backup system.check
    """,
    "teams.write": """
        holding.aim teams.aim teams.create teams.end teams.join teams.lead teams.leave
        teams.new
    """,
}
