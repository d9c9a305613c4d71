using System.ComponentModel.DataAnnotations;

namespace Ezw.Providers.LinkedDevice;

/// <summary>Settings of real WhatsApp lines.</summary>
internal sealed class LinkedDeviceOptions
{
    public const string Section = "Ezw:LinkedDevice";

    /// <summary>Null: whenever the sidecar is installed.</summary>
    public bool? Enabled { get; set; }

    /// <summary>The Node program, by name or path. Version 20 or newer.</summary>
    [Required]
    public string NodePath { get; set; } = "node";

    /// <summary>The sidecar's main.js; empty to look beside the server, and in the source tree that it was built from.</summary>
    public string SidecarPath { get; set; } = "";

    /// <summary>Each process has one event loop, and takes its lines down with it: more save memory, fewer keep them apart.</summary>
    [Range(1, 100)]
    public int LinesPerProcess { get; set; } = 50;

    /// <summary>What the owner reads in the phone's list of linked devices.</summary>
    [Required, StringLength(50)]
    public string DeviceName { get; set; } = "EZWhatsApp";

    /// <summary>URL buttons as WhatsApp's own, which not every phone shows, instead of a text with a link.</summary>
    public bool CtaUrlNative { get; set; }

    /// <summary>How long a send waits for WhatsApp's word before it is called ambiguous.</summary>
    [Range(100, 60_000)]
    public int AckTimeoutMs { get; set; } = 30_000;

    [AllowedValues("debug", "info", "warn", "error", "silent")]
    public string LogLevel { get; set; } = "info";

    /// <summary>How often a process is asked whether it still answers.</summary>
    [Range(100, 300_000)]
    public int PingMs { get; set; } = 10_000;

    /// <summary>A process that does not answer for so long is replaced.</summary>
    [Range(100, 300_000)]
    public int HangMs { get; set; } = 20_000;

    /// <summary>What a stopping server gives to sends that are under way, and then to the process to end.</summary>
    [Range(0, 60_000)]
    public int DrainMs { get; set; } = 5_000;

    /// <summary>For tests and proxies; empty is WhatsApp itself.</summary>
    public string WebSocketUrl { get; set; } = "";

    public string MediaHost { get; set; } = "";

    /// <summary>PEM file of a certificate authority that is trusted besides the system's.</summary>
    public string CertificateAuthority { get; set; } = "";

    public string VersionUrl { get; set; } = "";
}
