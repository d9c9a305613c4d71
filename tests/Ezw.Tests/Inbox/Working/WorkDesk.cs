using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Ezw.Foundation.Storage;
using Ezw.Tests.Support;

namespace Ezw.Tests.Inbox.Working;

/// <summary>One conversation as the people who work on it see it.</summary>
internal sealed class WorkDesk(TestLine line, Guid conversationId)
{
    private readonly TestApp app = line.Workspace.App;

    public Guid Id => conversationId;

    public TestLine Line => line;

    public string Path => $"/api/conversations/{conversationId}";

    /// <summary>A conversation that we began, on a line of its own that its session leaves alone.</summary>
    public static async Task<WorkDesk> OpenAsync(Workspace workspace, TestLine? line = null)
    {
        var on = line ?? await workspace.LineInStateAsync("connected");
        return new WorkDesk(on, (await on.SendTextAsync(workspace.App.NewPhone(), "hello"))["conversationId"]!.GetValue<Guid>());
    }

    /// <summary>The conversation with somebody who wrote to a paired line.</summary>
    public static async Task<WorkDesk> OfContactAsync(TestLine line, string phone)
    {
        await line.ReceiveAsync(phone, "shalom");
        var app = line.Workspace.App;
        await using var db = await app.Database.ReadAsync(default);
        var found = await db.QueryAsync($"""
            select c.id from conversation c
            join contact_alias a on a.organization_id = c.organization_id and a.contact_id = c.contact_id
            where c.line_id = {line.Id} and a.kind = 'phone' and a.value = {phone}
            """, row => row.Uuid(0), default);
        return new WorkDesk(line, Assert.Single(found));
    }

    public Task<HttpResponseMessage> SendAsync(
        Workspace who, HttpMethod method, string path, string? json = null, string? ifMatch = null)
    {
        var request = new HttpRequestMessage(method, Path + path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", who.IdToken);
        if (json is not null)
            request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        if (ifMatch is not null)
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        return app.Http.SendAsync(request);
    }

    /// <summary>Does what must be allowed; answers how the conversation stands then.</summary>
    public async Task<JsonNode> DoAsync(Workspace who, HttpMethod method, string path, string? json = null)
    {
        using var answer = await SendAsync(who, method, path, json);
        return await answer.ShouldBeJsonAsync(200);
    }

    public Task<JsonNode> WorkAsync() => DoAsync(line.Workspace, HttpMethod.Get, "/work");

    public async Task<string?> AssigneeAsync() => (string?)(await WorkAsync())["assignee"]?["userId"];

    /// <summary>How often the log tells this of the conversation, with its line.</summary>
    public Task<long> EventsAsync(string kind, string? detail = null) => app.CountAsync($"""
        select count(*) from event
        where organization_id = {line.Workspace.OrganizationId} and kind = {kind} and conversation_id = {conversationId}
          and line_id = {line.Id} and coalesce(detail, '') = coalesce({detail}, '')
        """);

    public async Task GrantAsync(Workspace who, string level)
    {
        using var granted = await line.Workspace.PutAsync($"{line.Path}/permissions/{who.UserId}", $$"""{"level":"{{level}}"}""");
        Assert.Equal(204, (int)granted.StatusCode);
    }

    public async Task WithdrawAsync(Workspace who)
    {
        using var withdrawn = await line.Workspace.DeleteAsync($"{line.Path}/permissions/{who.UserId}");
        Assert.Equal(204, (int)withdrawn.StatusCode);
    }

    /// <summary>The stages of the organization, by category; the first of each.</summary>
    public async Task<Guid> StageAsync(string category)
    {
        await using var db = await app.Database.ReadAsync(default);
        return (await db.QueryAsync($"""
            select id from stage where organization_id = {line.Workspace.OrganizationId} and category = {category} order by rank, id limit 1
            """, row => row.Uuid(0), default))[0];
    }
}
