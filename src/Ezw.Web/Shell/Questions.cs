using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace Ezw.Web.Shell;

/// <summary>Asks before something that cannot easily be undone, and opens dialogs.</summary>
public sealed class Questions(IDialogService dialogs)
{
    /// <param name="yes">What the button that goes on says.</param>
    public async Task<bool> MayAsync(string title, string words, string yes, bool isDangerous = true)
    {
        var asked = await dialogs.ShowAsync<ConfirmDialog>(title, new DialogParameters<ConfirmDialog>
        {
            { one => one.Words, words }, { one => one.Yes, yes }, { one => one.IsDangerous, isDangerous },
        });
        return await asked.Result is { Canceled: false };
    }

    /// <returns>What the dialog was closed with; null when it was left.</returns>
    public async Task<T?> AskAsync<TDialog, T>(string title, DialogParameters<TDialog>? parameters = null)
        where TDialog : IComponent
        where T : class
    {
        var asked = await dialogs.ShowAsync<TDialog>(title, parameters ?? []);
        return await asked.Result is { Canceled: false, Data: T answer } ? answer : null;
    }
}
