using System.Text.Json.Nodes;
using Ezw.Foundation.Storage;
using Ezw.Tests.Support;

namespace Ezw.Tests.Contracts;

/// <summary>TEN-06 and TEN-07: nothing that callers write decides what is not theirs, and no job goes where its asker may not.</summary>
[Collection(TenancyCollection.Name)]
public sealed class TenancyWritesTests(TenancyWorlds worlds)
{
    private static readonly string[] Undecidable =
    [
        "organizationId", "organization_id", "role", "lineId", "ownerId", "createdAt", "version", "authorId", "userId", "status", "origin",
        "id", "direction", "tokenId", "isAdmin", "permission", "state", "unreadCount", "__proto__",
    ];

    [Theory, EachDatabase]
    public async Task No_write_of_the_workspace_takes_a_member_that_it_does_not_document(DatabaseKind kind)
    {
        var world = await worlds.OnAsync(kind);
        var failures = new List<string>();
        var asked = 0;
        foreach (var route in world.Routes.Where(route => route is { HasBody: true, Scheme: "idToken" }))
        {
            foreach (var member in Undecidable.Except(route.Members, StringComparer.OrdinalIgnoreCase))
            {
                var form = ApiRoutes.FormsOf(route)[0];
                var body = JsonNode.Parse(form.Body!)!.AsObject();
                body[member] = $"{world.Victim.Owner.OrganizationId}";
                var answer = await world.CallAsync(
                    route, form with { Body = body.ToJsonString() }, world.Stranger.Owner.IdToken, world.Stranger.IdOf);
                asked++;
                if (answer.Status != 400)
                    failures.Add($"{route} takes {member}: {answer}");
            }
        }
        Assert.True(failures.Count == 0, string.Join('\n', failures));
        Assert.InRange(asked, 100, int.MaxValue);
    }

    [Theory, EachDatabase]
    public async Task A_send_is_of_the_tokens_line_whatever_its_body_says(DatabaseKind kind)
    {
        var world = await worlds.OnAsync(kind);
        var (victim, line) = (world.Victim, world.Stranger.Two.Line);
        var before = await victim.One.Line.MessageCountAsync();
        var body = new JsonObject { ["to"] = world.App.NewPhone(), ["body"] = "x" };
        foreach (var member in Undecidable)
        {
            body[member] = member.Contains("organization", StringComparison.OrdinalIgnoreCase)
                ? $"{victim.Owner.OrganizationId}"
                : $"{victim.One.Line.Id}";
        }

        using var answer = await line.PostTextAsync(body.ToJsonString());

        var id = (Guid)(await answer.ShouldBeJsonAsync(202))["messageId"]!;
        Assert.Equal(1, await world.App.CountAsync($"""
            select count(*) from message where id = {id} and organization_id = {world.Stranger.Owner.OrganizationId} and line_id = {line.Id}
              and origin = 'channel_api' and direction = 'out' and author_id is null
            """));
        Assert.Equal(before, await victim.One.Line.MessageCountAsync());
    }

    [Theory, EachDatabase]
    public async Task A_job_does_nothing_where_its_asker_may_not_go(DatabaseKind kind)
    {
        var world = await worlds.OnAsync(kind);
        var (stranger, victim) = (world.Stranger, world.Victim);
        var (organization, now) = (stranger.Owner.OrganizationId, TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());
        var work = $"/api/conversations/{victim.One.Things["conversationId"]}/work";
        var before = await world.GetAsync(work, victim.Owner.IdToken);

        // Asked through the API, and written behind its back: by nobody of the organization, and with an item of another.
        var asked = await stranger.MakeAsync("/api/bulk", new()
        {
            ["action"] = new JsonObject { ["type"] = "assign", ["userId"] = $"{stranger.Owner.UserId}" },
            ["target"] = new JsonObject { ["conversationIds"] = new JsonArray($"{victim.One.Things["conversationId"]}") },
        }, 202);
        var forged = Guid.CreateVersion7();
        await world.App.AlterAsync($$"""
            insert into bulk_job (organization_id, id, user_id, action, state, total, created_at)
            values ({{organization}}, {{forged}}, {{victim.Owner.UserId}}, {{"""{"type":"unread"}"""}}, 'queued', 2, {{now}})
            """);
        foreach (var conversation in new[] { victim.One.Things["conversationId"], stranger.One.Things["conversationId"] })
        {
            await world.App.AlterAsync($"""
                insert into bulk_item (organization_id, job_id, conversation_id, state) values ({organization}, {forged}, {conversation},
                    'pending')
                """);
        }
        await world.JobsEndedAsync();

        Assert.Equal(3, await world.App.CountAsync($"""
            select count(*) from bulk_item where job_id in ({asked}, {forged}) and state = 'failed' and code in ('not_found', 'forbidden')
            """));
        Assert.Equal(before, await world.GetAsync(work, victim.Owner.IdToken));
    }

    [Theory, EachDatabase]
    public async Task An_import_or_a_file_that_points_at_another_organizations_line_is_refused(DatabaseKind kind)
    {
        var world = await worlds.OnAsync(kind);
        var (stranger, victim) = (world.Stranger, world.Victim);
        var (organization, line) = (stranger.Owner.OrganizationId, victim.Two.Line);
        var (import, file) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        await world.App.AlterAsync($"""
            insert into history_import (organization_id, id, line_id, source, file_hash, file_name, me, phone_number, time_zone, date_order,
                requested_by, state, created_at)
            select organization_id, {import}, {line.Id}, source, file_hash, 'forged.txt', 'Shop', {world.App.NewPhone()}, time_zone,
                date_order, requested_by, 'queued', created_at
            from history_import where organization_id = {organization} and id = {stranger.One.Things["importId"]}
            """);
        await world.App.AlterAsync($"""
            insert into attachment (organization_id, id, message_id, line_id, kind, state, reference, due_at, created_at)
            select organization_id, {file}, message_id, {line.Id}, kind, 'pending', reference, 0, created_at
            from attachment where organization_id = {organization} and id = {stranger.One.Things["attachmentId"]}
            """);

        await Eventually.BecomesAsync(
            () => world.App.CountAsync($"select count(*) from history_import where id = {import} and error_code = 'line_missing'"),
            count => count == 1, "the refusal of the import");
        Assert.Equal(0, await world.App.CountAsync(
            $"select count(*) from conversation where line_id = {line.Id} and organization_id = {organization}"));
        Assert.Equal(1, await world.App.CountAsync(
            $"select count(*) from attachment where id = {file} and state = 'pending' and attempts = 0"));
        await world.App.AlterAsync($"delete from attachment where organization_id = {organization} and id = {file}");
    }
}
