namespace Ezw.Tests.Support;

/// <summary>The operators' app as ./dev publishes it, and the browser that shows it.</summary>
internal static class PublishedWebApp
{
    public static string Folder { get; } = RepositoryRoot.Of("artifacts/web/wwwroot");

    public static string? Chromium { get; } =
        new[] { "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome" }.FirstOrDefault(File.Exists);

    public static bool IsAvailable => Chromium is not null && File.Exists(Path.Combine(Folder, "index.html"));
}
