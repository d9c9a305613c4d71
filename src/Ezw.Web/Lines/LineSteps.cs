using Ezw.Client;

namespace Ezw.Web.Lines;

/// <summary>What can be done with a line.</summary>
internal enum LineStep { None, Pair, Start, Stop, Pause, Resume, LogOut }

/// <summary>Which steps a line's states allow, and which of them helps most. The server decides anyway.</summary>
internal static class LineSteps
{
    public static bool IsLinked(this LineView line) =>
        line.PhoneNumber is not null && line.LifecycleState is not ("created" or "logged_out");

    /// <summary>The one that brings a line back to sending.</summary>
    public static LineStep Next(this LineView line) => line switch
    {
        { LifecycleState: "archived" } => LineStep.None,
        _ when !line.IsLinked() => LineStep.Pair,
        // Its keys fit no more: only a new link helps, and that begins by ending this one.
        { LifecycleReason: "bad_session" } => LineStep.LogOut,
        _ when line.Allows(LineStep.Start) => LineStep.Start,
        { Paused: true } => LineStep.Resume,
        _ => LineStep.None,
    };

    public static bool Allows(this LineView line, LineStep step) => line.LifecycleState != "archived" && step switch
    {
        LineStep.Pair => !line.IsLinked(),
        LineStep.Start => line.IsLinked()
            && (line.DesiredState == "stopped" || line.LifecycleState is "stopped" or "failed" or "engine_outdated" or "conflict"),
        LineStep.Stop => line.IsLinked() && line is { DesiredState: "running", LifecycleState: not "stopped" },
        LineStep.Pause => !line.Paused,
        LineStep.Resume => line.Paused,
        LineStep.LogOut => line.IsLinked(),
        _ => false,
    };
}
