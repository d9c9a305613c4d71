using System.ComponentModel;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Ezw.Benchmarks.Live;

/// <summary>
/// Linux's list of the sockets that have something to read (man 7 epoll). Of thousands that become readable at once, select would look at
/// all for each few, and the thread pool would be handed each of them: the generator shares the cores with what it measures.
/// </summary>
internal sealed class Epoll : IDisposable
{
    private const int Readable = 1;
    private const int Addition = 1;
    private const int Removal = 2;
    private const int Interrupted = 4;
    private const int MaxAtOnce = 256;

    // struct epoll_event is packed on x86-64 only.
    private static readonly int EventBytes = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;
    private static readonly int NumberAt = EventBytes - sizeof(long);

    private readonly byte[] ready = new byte[MaxAtOnce * EventBytes];
    private readonly int descriptor = Checked(Create(0));

    public void Add(Socket socket, int number)
    {
        var wanted = new byte[EventBytes];
        MemoryMarshal.Write(wanted, Readable);
        MemoryMarshal.Write(wanted.AsSpan(NumberAt), (long)number);
        Checked(Control(descriptor, Addition, (int)socket.Handle, wanted));
    }

    public void Remove(Socket socket) => Checked(Control(descriptor, Removal, (int)socket.Handle, new byte[EventBytes]));

    /// <returns>How many are readable, to be asked for with <see cref="Number"/>.</returns>
    public int Wait(TimeSpan limit)
    {
        var count = Wait(descriptor, ready, MaxAtOnce, (int)limit.TotalMilliseconds);
        return count < 0 && Marshal.GetLastPInvokeError() == Interrupted ? 0 : Checked(count);
    }

    public int Number(int index) => (int)MemoryMarshal.Read<long>(ready.AsSpan(index * EventBytes + NumberAt));

    public void Dispose() => _ = Close(descriptor);

    private static int Checked(int result) => result >= 0 ? result : throw new Win32Exception(Marshal.GetLastPInvokeError());

    [DllImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    private static extern int Create(int flags);

    [DllImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    private static extern int Control(int descriptor, int operation, int socket, byte[] wanted);

    [DllImport("libc", EntryPoint = "epoll_wait", SetLastError = true)]
    private static extern int Wait(int descriptor, [Out] byte[] ready, int most, int milliseconds);

    [DllImport("libc", EntryPoint = "close", SetLastError = true)]
    private static extern int Close(int descriptor);
}
