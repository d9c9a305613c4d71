using System.Text.Json;
using Ezw.Client;
using Ezw.Web.Session;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace Ezw.Web.Lines.History;

/// <summary>Posts a chosen file as the body of a request, by wwwroot/js/upload.js, as the person who is signed in.</summary>
internal sealed class FileUpload(IJSRuntime js, SessionKeeper session)
{
    private Task<IJSObjectReference>? module;

    /// <summary>Null when none is chosen.</summary>
    public async Task<ChosenFile?> ChosenAsync(ElementReference input) =>
        await (await ModuleAsync()).InvokeAsync<ChosenFile?>("fileOf", input);

    /// <summary>IANA name of the browser's own.</summary>
    public async Task<string> TimeZoneAsync() => await (await ModuleAsync()).InvokeAsync<string>("timeZone");

    /// <param name="progress">Has an invokable method Sent, which hears percents.</param>
    /// <exception cref="ApiException">It was refused, did not arrive, or was canceled.</exception>
    public async Task SendAsync<T>(ElementReference input, string path, DotNetObjectReference<T> progress)
        where T : class
    {
        var token = await session.TokenAsync() ?? throw new ApiException(null, "unauthorized", "Nobody is signed in.");
        var headers = new Dictionary<string, string> { ["Authorization"] = $"Bearer {token}" };
        if (session.Organization is { } organization)
            headers["X-EZW-Organization"] = $"{organization.Id}";
        var answer = await (await ModuleAsync()).InvokeAsync<Answer>("send", input, path, headers, progress);
        if (answer.Status is < 200 or >= 300)
            throw Refusal(answer);
    }

    public async Task CancelAsync() => await (await ModuleAsync()).InvokeVoidAsync("cancel");

    private static ApiException Refusal(Answer answer)
    {
        if (answer.Status == 0)
            return new ApiException(null, "unreachable", "The server cannot be reached.");
        try
        {
            var body = JsonDocument.Parse(answer.Body).RootElement;
            return new ApiException(
                (System.Net.HttpStatusCode)answer.Status, body.GetProperty("code").GetString()!,
                body.GetProperty("detail").GetString() ?? "", body);
        }
        catch (Exception unreadable) when (unreadable is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            // A proxy's page: the status says what there is to say.
            return new ApiException(
                (System.Net.HttpStatusCode)answer.Status, $"http_{answer.Status}", $"The server answered {answer.Status}.");
        }
    }

    private Task<IJSObjectReference> ModuleAsync() => module ??= js.InvokeAsync<IJSObjectReference>("import", "./js/upload.js").AsTask();

    private sealed record Answer(int Status, string Body);
}

internal sealed record ChosenFile(string Name, long Size);
