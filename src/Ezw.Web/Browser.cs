using Microsoft.JSInterop;

namespace Ezw.Web;

/// <summary>The browser, as far as wwwroot/js/app.js reaches.</summary>
public sealed class Browser(IJSRuntime js)
{
    private Task<IJSObjectReference>? module;

    public async Task CallAsync(string name, params object?[] arguments) =>
        await (await ModuleAsync()).InvokeVoidAsync(name, arguments);

    public async Task<T> AskAsync<T>(string name, params object?[] arguments) =>
        await (await ModuleAsync()).InvokeAsync<T>(name, arguments);

    public Task<string?> LoadAsync(string name) => AskAsync<string?>("load", name);

    public Task SaveAsync(string name, string? text) => CallAsync("save", name, text);

    private Task<IJSObjectReference> ModuleAsync() => module ??= js.InvokeAsync<IJSObjectReference>("import", "./js/app.js").AsTask();
}
