using Ezw.Client;

namespace Ezw.Web.Lines.Webhooks;

/// <summary>What somebody fills in about a webhook.</summary>
internal sealed class WebhookForm
{
    public const int MostHeaders = 5;

    public static readonly string[] Events = ["messages.post", "statuses.post", "chats.post"];

    public static readonly string[] Formats = ["whapi", "whapi_cloud"];

    public string TargetUrl { get; set; } = "";

    public HashSet<string> Chosen { get; } = [.. Events];

    public string Format { get; set; } = Formats[0];

    public bool Persistent { get; set; } = true;

    public List<Header> Headers { get; } = [];

    /// <summary>Of a webhook that has headers already: their values are not shown, so they are kept or replaced together.</summary>
    public bool ReplacesHeaders { get; set; } = true;

    public static WebhookForm Of(WebhookView webhook)
    {
        var form = new WebhookForm
        {
            TargetUrl = webhook.TargetUrl, Format = webhook.PayloadFormat, Persistent = webhook.Persistent,
            ReplacesHeaders = webhook.HeaderNames.Count == 0,
        };
        form.Chosen.IntersectWith(webhook.Events);
        return form;
    }

    public WorkspaceWebhook Creation() => new(
        TargetUrl.Trim(), Events: Sorted(), PayloadFormat: Format, Enabled: true, Persistent: Persistent,
        Headers: Headers.Exists(header => !header.IsEmpty) ? Named() : null);

    public WebhookChange Change(long version) => new(
        Sorted(), Format, Persistent: Persistent, Headers: ReplacesHeaders ? Named() : null, Version: version);

    private string[] Sorted() => [.. Events.Where(Chosen.Contains)];

    // The last of two with one name counts, as it stands lower on the form.
    private Dictionary<string, string> Named()
    {
        var named = new Dictionary<string, string>();
        foreach (var header in Headers.Where(header => !header.IsEmpty))
            named[header.Name.Trim()] = header.Value;
        return named;
    }

    internal sealed class Header
    {
        public string Name { get; set; } = "";

        public string Value { get; set; } = "";

        public bool IsEmpty => string.IsNullOrWhiteSpace(Name);
    }
}
