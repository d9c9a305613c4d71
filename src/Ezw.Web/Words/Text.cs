using System.Globalization;
using System.Text.Json;

namespace Ezw.Web.Words;

/// <summary>The app's words in the chosen language: for each part of the app two files with the same keys, one English and one Hebrew.</summary>
public sealed class Text(Preferences preferences)
{
    private readonly Dictionary<string, Dictionary<string, string>> languages = [];

    public string this[string key] => Words.GetValueOrDefault(key, key);

    public string this[string key, params object?[] values] => string.Format(CultureInfo.InvariantCulture, this[key], values);

    /// <summary>By number: key.one, key.two where the language has it, else key.other.</summary>
    public string Count(string key, long number)
    {
        var form = number switch { 1 => ".one", 2 when Words.ContainsKey(key + ".two") => ".two", _ => ".other" };
        return this[key + form, number];
    }

    /// <summary>Of one of the server's codes; null when there are no words for it.</summary>
    public string? Find(string key) => Words.GetValueOrDefault(key);

    /// <summary>What went wrong, in the reader's language where there are words for the code.</summary>
    public string Problem(Client.ApiException problem) => Find($"problem.{problem.Code}") ?? problem.Message;

    private Dictionary<string, string> Words
    {
        get
        {
            if (!languages.TryGetValue(preferences.Language, out var words))
                languages[preferences.Language] = words = Read(preferences.Language);
            return words;
        }
    }

    private static Dictionary<string, string> Read(string language)
    {
        var words = new Dictionary<string, string>();
        var assembly = typeof(Text).Assembly;
        foreach (var name in assembly.GetManifestResourceNames().Where(name => name.EndsWith($".{language}", StringComparison.Ordinal)))
        {
            using var file = assembly.GetManifestResourceStream(name)!;
            using var json = JsonDocument.Parse(file);
            foreach (var word in json.RootElement.EnumerateObject())
                words.Add(word.Name, word.Value.GetString()!);
        }
        return words;
    }
}
