using Microsoft.Playwright;

namespace Ezw.Tests.Support;

/// <summary>The operators' app as ./dev publishes it, and the browser that shows it.</summary>
internal static class PublishedWebApp
{
    public static string Folder { get; } = RepositoryRoot.Of("artifacts/web/wwwroot");

    public static string? Chromium { get; } =
        new[] { "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome" }.FirstOrDefault(File.Exists);

    /// <summary>As root and without the internet.</summary>
    public static BrowserTypeLaunchOptions Launch() => new()
    {
        ExecutablePath = Chromium,
        Args =
        [
            "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
            "--disable-component-update", "--disable-sync",
        ],
    };

    public static bool IsAvailable => Chromium is not null && File.Exists(Path.Combine(Folder, "index.html"));
}
