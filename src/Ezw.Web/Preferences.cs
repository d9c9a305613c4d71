using System.Text.Json;
using System.Text.Json.Serialization;

namespace Ezw.Web;

/// <summary>What a person likes, in this browser. Anything that the team shares is on the server.</summary>
public sealed class Preferences(Browser browser)
{
    private const string Name = "preferences";

    public PreferenceSet Now { get; private set; } = new();

    public string Language => Now.Language ?? (browserLanguage is "he" or "iw" ? "he" : "en");

    public string Direction => Language == "he" ? "rtl" : "ltr";

    public bool IsDark => Now.Theme == "dark" || (Now.Theme == "system" && systemIsDark);

    public event Action? Changed;

    private string browserLanguage = "en";
    private bool systemIsDark;

    public async Task LoadAsync()
    {
        browserLanguage = (await browser.AskAsync<string>("preferredLanguage")).ToLowerInvariant().Split('-')[0];
        systemIsDark = await browser.AskAsync<bool>("isDark");
        try
        {
            if (await browser.LoadAsync(Name) is { } stored)
                Now = JsonSerializer.Deserialize(stored, PreferenceJson.Default.PreferenceSet) ?? Now;
        }
        catch (JsonException)
        {
            // An older form: the defaults do.
        }
        await PresentAsync();
    }

    public async Task ChangeAsync(PreferenceSet now)
    {
        Now = now;
        await browser.SaveAsync(Name, JsonSerializer.Serialize(now, PreferenceJson.Default.PreferenceSet));
        // Apart, for what runs before the app does.
        await browser.SaveAsync("language", now.Language is null ? null : $"\"{now.Language}\"");
        await browser.SaveAsync("theme", $"\"{now.Theme}\"");
        await PresentAsync();
        Changed?.Invoke();
    }

    private Task PresentAsync() => browser.CallAsync("present", Language, Direction, IsDark ? "dark" : "light");
}

/// <param name="Language">en or he; null: the browser's.</param>
/// <param name="Theme">system, light or dark.</param>
/// <param name="EnterSends">Else Ctrl+Enter does.</param>
public sealed record PreferenceSet(
    string? Language = null, string Theme = "system", bool EnterSends = true, bool Sound = false, bool Notifications = false,
    bool TitleBadge = true, bool DetailsOpen = true);

[JsonSerializable(typeof(PreferenceSet))]
internal sealed partial class PreferenceJson : JsonSerializerContext;
