using System.Text.Json.Nodes;
using Ezw.Foundation.Storage;
using Ezw.Identity;
using Ezw.Tests.Support;

namespace Ezw.Tests.Inbox.Working;

/// <summary>An organization of its own with an owner and an operator, for what all of an organization share.</summary>
internal sealed class WorkTeam(TestApp app, Workspace owner, Workspace agent) : IAsyncDisposable
{
    public TestApp App => app;

    public Workspace Owner => owner;

    public Workspace Agent => agent;

    public static async Task<WorkTeam> StartAsync(DatabaseKind kind)
    {
        var app = await TestApp.StartAsync(kind);
        var owner = await app.CreateOrganizationAsync("Acme");
        return new WorkTeam(app, owner, await app.AddMemberAsync(owner, Role.Operator));
    }

    /// <summary>Makes what must be allowed; answers it.</summary>
    public static async Task<JsonNode> MakeAsync(Workspace who, string path, string json, int status = 201)
    {
        using var made = await who.PostAsync(path, json);
        return await made.ShouldBeJsonAsync(status);
    }

    public static async Task<List<JsonNode>> ListAsync(Workspace who, string path)
    {
        using var listed = await who.GetAsync(path);
        return [.. (await listed.ShouldBeJsonAsync(200))["items"]!.AsArray().Select(item => item!)];
    }

    /// <summary>So many conversations at once, as if their contacts had written long ago.</summary>
    public Task FillAsync(TestLine line, int count) => app.Database.WriteAsync(async db =>
    {
        Rows rows = Rows.Of("r", Enumerable.Range(0, count).ToList())
            .Uuid("contact_id", _ => Ids.New(TimeProvider.System)).Uuid("id", _ => Ids.New(TimeProvider.System));
        await db.ExecuteAsync($"""
            insert into contact (organization_id, id, created_at) select {owner.OrganizationId}, r.contact_id, 0 from {rows}
            """, default);
        await db.ExecuteAsync($"""
            insert into conversation (organization_id, id, line_id, contact_id, type, stage_id, stage_since, last_message_at, created_at)
            select {owner.OrganizationId}, r.id, {line.Id}, r.contact_id, 'individual', s.id, 0, 0, 0
            from {rows} cross join (
                select id from stage where organization_id = {owner.OrganizationId} and category = 'open' order by rank limit 1) s
            """, default);
    }, default);

    public Task<JsonNode> JobAsync(Guid jobId) => Eventually.BecomesAsync(
        async () => await (await owner.GetAsync($"/api/bulk/{jobId}")).ShouldBeJsonAsync(200),
        job => job["finishedAt"] is not null, $"the end of job {jobId}");

    public ValueTask DisposeAsync() => app.DisposeAsync();
}
