using System.Diagnostics;

namespace Ezw.Providers.LinkedDevice.Processes;

/// <summary>Finds what a sidecar needs on this machine, or says what is missing and what to do.</summary>
internal static class SidecarInstallation
{
    private const string Main = "sidecars/linked-device/dist/main.js";

    /// <returns>The path of main.js, or null.</returns>
    public static string? FindMain(LinkedDeviceOptions options)
    {
        if (options.SidecarPath.Length > 0)
            return File.Exists(options.SidecarPath) ? Path.GetFullPath(options.SidecarPath) : null;
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var main = Path.Combine(folder.FullName, Main);
            if (File.Exists(main))
                return main;
        }
        return null;
    }

    /// <summary>Null when all is there, else a sentence for the operator.</summary>
    public static string? WhatIsMissing(LinkedDeviceOptions options) => (FindMain(options), HasNode(options.NodePath)) switch
    {
        (null, _) when options.SidecarPath.Length > 0 => $"{LinkedDeviceOptions.Section}:SidecarPath names no file.",
        (null, _) => "The linked-device sidecar is not installed: run ./dev setup, or set Ezw:LinkedDevice:SidecarPath.",
        (_, false) => "Node 20 or newer is not installed, or not found: install it, or set Ezw:LinkedDevice:NodePath.",
        _ => null,
    };

    public static ProcessStartInfo Start(LinkedDeviceOptions options, string main)
    {
        var start = new ProcessStartInfo(options.NodePath, [main])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false,
            WorkingDirectory = Path.GetDirectoryName(main)!,
        };
        // The server's own environment holds connection strings and keys that are none of the engine's business.
        var inherited = start.Environment.Where(one => IsHarmless(one.Key)).ToList();
        start.Environment.Clear();
        foreach (var (name, value) in inherited)
            start.Environment[name] = value;
        Set("EZW_WA_URL", options.WebSocketUrl);
        Set("EZW_WA_MEDIA_HOST", options.MediaHost);
        Set("EZW_WA_CA", options.CertificateAuthority);
        Set("EZW_WA_VERSION_URL", options.VersionUrl);
        return start;

        void Set(string name, string value)
        {
            if (value.Length > 0)
                start.Environment[name] = value;
        }
    }

    private static bool IsHarmless(string name) => name is "PATH" or "HOME" or "LANG" or "TZ" or "TMPDIR" or "SystemRoot" or "TEMP"
        || name.EndsWith("_PROXY", StringComparison.OrdinalIgnoreCase)
        || name.StartsWith("EZW_WA_", StringComparison.Ordinal) || name.StartsWith("NODE_EXTRA_", StringComparison.Ordinal);

    private static bool HasNode(string path)
    {
        if (path.Contains(Path.DirectorySeparatorChar, StringComparison.Ordinal))
            return File.Exists(path);
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return folders.Any(folder => File.Exists(Path.Combine(folder, path)) || File.Exists(Path.Combine(folder, $"{path}.exe")));
    }
}
