using System.Data.Common;
using Ezw.Foundation.Events;
using Ezw.Foundation.Storage;
using Ezw.Foundation.Work;
using Ezw.Providers;

namespace Ezw.Lines;

/// <summary>Stores reports in groups; false means the epoch is stale and nothing was changed. Ten thousand lines connect in a few commits.</summary>
internal sealed class LineReportStore : CommitKind<LineReport, bool>
{
    public override Guid OrganizationOf(LineReport item) => item.OrganizationId;

    // Two reports of one line must be stored in their order, not in one statement.
    public override object? ExclusiveKey(LineReport item) => item.LineId;

    public override IEnumerable<Sql> Write(CommitBatch<LineReport> batch)
    {
        Rows rows = Rows.Of("r", batch.Items)
            .Uuid("organization_id", i => i.OrganizationId).Uuid("line_id", i => i.LineId).Number("epoch", i => i.Epoch)
            .Number("at", i => i.At).Text("lifecycle", i => i.Lifecycle?.Name()).Text("reason", i => i.Reason)
            .Number("restricted_until", i => i.RestrictedUntil)
            .Text("pairing", i => i.Pairing?.State).Text("qr", i => i.Pairing?.Qr).Text("code", i => i.Pairing?.Code)
            .Number("expires_at", i => i.Pairing?.ExpiresAt).Number("linked", i => i.Link is null ? null : 1)
            .Text("phone_number", i => i.Link?.PhoneNumber).Text("lid", i => i.Link?.Lid).Text("device_id", i => i.Link?.DeviceId);
        yield return Events(rows);
        yield return States(rows);
        yield return Pairings(rows);
        var ended = batch.Items.Where(MayEndDevice).Select(i => new DeviceKeyOwner(i.OrganizationId, i.LineId, i.Epoch)).ToList();
        if (ended.Count > 0)
            yield return DeviceKeyStore.WipeUnlinked(ended);
        yield return EventStore.Advance(batch.Organizations);
    }

    private static bool MayEndDevice(LineReport report) =>
        report.Link is { DeviceId: null } || report is { Pairing.State: not ("offered" or "paired") };

    public override Sql Outcomes(CommitBatch<LineReport> batch)
    {
        Rows rows = Rows.Of("r", batch.Items).Uuid("line_id", i => i.LineId).Number("epoch", i => i.Epoch);
        return Sql.Of($"""
            select case when o.epoch is null then 0 else 1 end
            from {rows} left join line_owner o on o.line_id = r.line_id and o.epoch = r.epoch
            order by r.ordinal
            """);
    }

    public override bool Read(LineReport item, DbDataReader row) => row.Truth(0);

    // Written before the states, so that it can see which of them really change.
    private static Sql Events(Rows rows) => $"""
        insert into event (organization_id, position, kind, line_id, subject_id, detail, at)
        select r.organization_id, p.position + row_number() over (partition by r.organization_id order by r.ordinal),
               case when r.lifecycle is null then {LineEvents.PairingChanged} else {LineEvents.StateChanged} end,
               r.line_id, r.line_id, coalesce(r.lifecycle, r.pairing), r.at
        from {rows}
        join line_owner o on o.line_id = r.line_id and o.epoch = r.epoch
        join line l on l.organization_id = r.organization_id and l.id = r.line_id
        join event_position p on p.organization_id = r.organization_id
        where l.lifecycle_state <> coalesce(r.lifecycle, '') or l.restricted_until is distinct from r.restricted_until
           or r.pairing is not null or r.linked is not null
        """;

    private static Sql States(Rows rows) => $"""
        update line set
            lifecycle_since = case when r.lifecycle is null or line.lifecycle_state = 'archived' or line.lifecycle_state = r.lifecycle
                then line.lifecycle_since else r.at end,
            lifecycle_state = case when r.lifecycle is null or line.lifecycle_state = 'archived'
                then line.lifecycle_state else r.lifecycle end,
            lifecycle_reason = case when r.lifecycle is null then line.lifecycle_reason else r.reason end,
            restricted_until = case when r.lifecycle is null then line.restricted_until else r.restricted_until end,
            phone_number = case when r.linked is null or r.device_id is null then line.phone_number else r.phone_number end,
            lid = case when r.linked is null then line.lid else r.lid end,
            device_id = case when r.linked is null then line.device_id else r.device_id end,
            logout_requested_at = case when r.linked is null then line.logout_requested_at else null end,
            version = line.version + 1
        from {rows} join line_owner o on o.line_id = r.line_id and o.epoch = r.epoch
        where line.organization_id = r.organization_id and line.id = r.line_id
        """;

    private static Sql Pairings(Rows rows) => $"""
        update pairing set state = r.pairing, qr = r.qr, code = r.code, expires_at = r.expires_at
        from {rows} join line_owner o on o.line_id = r.line_id and o.epoch = r.epoch
        where pairing.organization_id = r.organization_id and pairing.line_id = r.line_id and r.pairing is not null
          and pairing.state in ('requested', 'offered')
        """;
}
