using Ezw.Client;
using Ezw.Web.Inbox;
using Ezw.Web.Shell;
using Ezw.Web.Words;
using MudBlazor;

namespace Ezw.Web.Lines;

/// <summary>What people do with lines, from the cards and from a line's own page: asks first where something ends, and tells refusals.</summary>
internal sealed class LineActions(WorkspaceClient api, Workspace workspace, IDialogService dialogs, Notices notices, Text text)
{
    public Task DoAsync(LineView line, LineStep step) => step switch
    {
        LineStep.Pair => PairAsync(line),
        LineStep.Start => TryAsync(() => api.StartLineAsync(line.Id)),
        LineStep.Stop => StopAsync(line),
        LineStep.Pause => TryAsync(() => api.PauseLineAsync(line.Id)),
        LineStep.Resume => TryAsync(() => api.ResumeLineAsync(line.Id)),
        LineStep.LogOut => LogOutAsync(line),
        _ => Task.CompletedTask,
    };

    public Task PairAsync(LineView line) => dialogs.ShowAsync<PairingDialog>(
        text["pairing.title", line.DisplayName], new DialogParameters<PairingDialog> { { dialog => dialog.LineId, line.Id } },
        new DialogOptions { BackdropClick = false });

    public Task RenameAsync(LineView line) => dialogs.ShowAsync<NameDialog>(
        text["lines.rename.title"], new DialogParameters<NameDialog> { { dialog => dialog.Line, line } });

    /// <returns>Whether the line is archived now.</returns>
    public async Task<bool> ArchiveAsync(LineView line) =>
        await AskAsync("lines.archive", line) && await TryAsync(() => api.ArchiveLineAsync(line.Id));

    /// <summary>Whether somebody who was asked said yes.</summary>
    /// <param name="key">Of the words: KEY.title, KEY.ask and KEY.do.</param>
    public async Task<bool> AskAsync(string key, string about)
    {
        var dialog = await dialogs.ShowAsync<AskDialog>(text[$"{key}.title"], new DialogParameters<AskDialog>
        {
            { ask => ask.Question, text[$"{key}.ask", about] }, { ask => ask.Answer, text[$"{key}.do"] },
        });
        return await dialog.Result is { Canceled: false };
    }

    private Task<bool> AskAsync(string key, LineView line) => AskAsync(key, line.DisplayName);

    private async Task StopAsync(LineView line)
    {
        if (await AskAsync("lines.stop", line))
            await TryAsync(() => api.StopLineAsync(line.Id));
    }

    private async Task LogOutAsync(LineView line)
    {
        if (await AskAsync("lines.logout", line))
            await TryAsync(() => api.UnlinkLineAsync(line.Id));
    }

    private async Task<bool> TryAsync(Func<Task> work)
    {
        var done = await notices.TryAsync(work);
        // The live feed would tell, too, unless it is cut off.
        _ = workspace.RefreshAsync();
        return done;
    }
}
