using Ezw.Providers.LinkedDevice;
using Ezw.Providers.LinkedDevice.Processes;

namespace Ezw.Tests.Support;

/// <summary>
/// What a test needs from the machine. On a developer's machine a missing server skips the test with a sentence; in CI nothing may
/// be skipped silently, so the test runs and fails where it starts the server.
/// </summary>
public static class Prerequisite
{
    /// <summary>Null when tests on PostgreSQL run here, else the sentence that skips them.</summary>
    public static string? WhyWithoutPostgres =>
        Skippable(PostgresServer.IsAvailable, "PostgreSQL is not installed: run ./dev setup.");

    /// <summary>Null when tests on the Cognito emulator run here, else the sentence that skips them.</summary>
    public static string? WhyWithoutCognito =>
        Skippable(CognitoEmulator.IsAvailable, "cognito-local or Node is not installed: run ./dev setup.");

    /// <summary>Null when tests on a real S3 server run here, else the sentence that skips them.</summary>
    public static string? WhyWithoutSwift =>
        Skippable(SwiftServer.IsAvailable, "OpenStack Swift is not installed: run ./dev setup.");

    /// <summary>Null when tests on Redis run here, else the sentence that skips them.</summary>
    public static string? WhyWithoutRedis => Skippable(RedisServer.IsAvailable, "Redis is not installed: run ./dev setup.");

    /// <summary>Null when the scripts of tests/node run here, else the sentence that skips their tests.</summary>
    public static string? WhyWithoutNode =>
        Skippable(NodeScript.IsAvailable, "Node or the npm packages of tests/node are not installed: run ./dev setup.");

    /// <summary>Null when the WhatsApp server of tests/node runs here, else the sentence that skips its tests.</summary>
    public static string? WhyWithoutWire =>
        Skippable(WireServer.IsAvailable, "Node or the npm packages of tests/node are not installed: run ./dev setup.");

    /// <summary>The first line of a test that looks at the web app in a browser.</summary>
    public static void Browser()
    {
        var why = Skippable(
            PublishedWebApp.IsAvailable, "Chromium is not installed or the web app is not built: run ./dev setup, then ./dev test.");
        Assert.SkipWhen(why is not null, why ?? "");
    }

    /// <summary>The first line of a test that runs real sidecars against that server.</summary>
    public static void Sidecar()
    {
        var why = WhyWithoutWire ?? Skippable(SidecarInstallation.FindMain(new LinkedDeviceOptions()) is not null,
            "The linked-device sidecar is not built: run ./dev setup.");
        Assert.SkipWhen(why is not null, why ?? "");
    }

    /// <summary>The first line of a test that asks a script of tests/node.</summary>
    public static void Node() => Assert.SkipWhen(WhyWithoutNode is not null, WhyWithoutNode ?? "");

    /// <summary>The first line of a test that needs Redis.</summary>
    public static void Redis() => Assert.SkipWhen(WhyWithoutRedis is not null, WhyWithoutRedis ?? "");

    /// <summary>The first line of a test that is written for PostgreSQL only.</summary>
    public static void Postgres() => Assert.SkipWhen(WhyWithoutPostgres is not null, WhyWithoutPostgres ?? "");

    /// <summary>The first line of a test that signs in through Cognito.</summary>
    public static void Cognito() => Assert.SkipWhen(WhyWithoutCognito is not null, WhyWithoutCognito ?? "");

    /// <summary>The first line of a test that keeps files in a bucket.</summary>
    public static void Swift() => Assert.SkipWhen(WhyWithoutSwift is not null, WhyWithoutSwift ?? "");

    private static string? Skippable(bool available, string sentence) =>
        available || Environment.GetEnvironmentVariable("CI") == "true" ? null : sentence;
}
