using Ezw.Client;
using Ezw.Web.Words;
using MudBlazor;

namespace Ezw.Web.Shell;

/// <summary>Short words at the bottom of the page.</summary>
public sealed class Notices(ISnackbar snackbar, Text text)
{
    public void Say(string words) => snackbar.Add(words, Severity.Normal);

    public void Warn(string words) => snackbar.Add(words, Severity.Warning);

    /// <summary>Does something and tells what the server refused; false when it did not happen.</summary>
    public async Task<bool> TryAsync(Func<Task> work)
    {
        try
        {
            await work();
            return true;
        }
        catch (ApiException problem)
        {
            snackbar.Add(text.Problem(problem), Severity.Error);
            return false;
        }
    }
}
