using System.Buffers;
using System.Text;
using System.Text.Json;
using Ezw.Foundation.Events;

namespace Ezw.Live.Streams;

/// <summary>One event, ready for the wire and the same for everybody who may have it: encoded once, however many listen.</summary>
internal sealed class Frame
{
    private Frame(LoggedEvent logged, byte[] bytes)
    {
        (Position, LineId, Bytes) = (logged.Position, logged.LineId, bytes);
        (Audience, Concerned) = (Audiences.Of(logged), Audiences.Concerned(logged));
    }

    public long Position { get; }

    public Guid? LineId { get; }

    public Audience Audience { get; }

    public Guid? Concerned { get; }

    public byte[] Bytes { get; }

    public static Frame Of(Guid organizationId, LoggedEvent logged) =>
        new(logged, FrameText.Event("change", ChangeCursor.Write(organizationId, logged.Position), json =>
        {
            json.WriteString("kind", logged.Kind);
            json.WriteNumber("position", logged.Position);
            Id(json, "lineId", logged.LineId);
            Id(json, "conversationId", logged.ConversationId);
            Id(json, "subjectId", logged.SubjectId);
        }));

    private static void Id(Utf8JsonWriter json, string name, Guid? id)
    {
        if (id is { } value)
            json.WriteString(name, value);
        else
            json.WriteNull(name);
    }
}

/// <summary>Server-sent events as bytes (html.spec.whatwg.org/multipage/server-sent-events.html).</summary>
internal static class FrameText
{
    private const int UsualBytes = 320;

    public static readonly byte[] Heartbeat = ":\n\n"u8.ToArray();

    /// <summary>JSON has no line feed outside its strings and none inside, so that data is one line.</summary>
    public static byte[] Event(string name, string? cursor, Action<Utf8JsonWriter> members, int? retryMs = null)
    {
        var buffer = new ArrayBufferWriter<byte>(UsualBytes);
        if (retryMs is { } retry)
            buffer.Write(Encoding.ASCII.GetBytes($"retry: {retry}\n"));
        if (cursor is not null)
            buffer.Write(Encoding.ASCII.GetBytes($"id: {cursor}\n"));
        buffer.Write(Encoding.ASCII.GetBytes($"event: {name}\ndata: "));
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }
        buffer.Write("\n\n"u8);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Where the reader stands, as an event of its own.</summary>
    public static byte[] Standing(string name, Guid organizationId, long position, int? retryMs = null) =>
        Event(name, ChangeCursor.Write(organizationId, position), json => json.WriteNumber("position", position), retryMs);

    public static byte[] Ending(string name, string reason) => Event(name, null, json => json.WriteString("reason", reason));

    /// <summary>A heartbeat that also moves the reader's cursor past events that it may not see; no event is raised by it.</summary>
    public static byte[] Progress(Guid organizationId, long position) =>
        Encoding.ASCII.GetBytes($":\nid: {ChangeCursor.Write(organizationId, position)}\n\n");
}
