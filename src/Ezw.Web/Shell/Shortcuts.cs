using Microsoft.JSInterop;

namespace Ezw.Web.Shell;

/// <summary>Keys by their place on the keyboard, whatever the layout. The view that came last hears them first.</summary>
public sealed class Shortcuts(Browser browser) : IDisposable
{
    private readonly List<Func<string, Task<bool>>> listeners = [];
    private DotNetObjectReference<Shortcuts>? self;

    public async Task StartAsync()
    {
        if (self is not null)
            return;
        self = DotNetObjectReference.Create(this);
        await browser.CallAsync("listenKeys", self);
    }

    /// <param name="heard">True: it was meant for this view.</param>
    public IDisposable Listen(Func<string, Task<bool>> heard)
    {
        listeners.Add(heard);
        return new Subscription(() => listeners.Remove(heard));
    }

    [JSInvokable]
    public async Task Pressed(string keys)
    {
        foreach (var listener in listeners.AsEnumerable().Reverse().ToList())
        {
            if (await listener(keys))
                return;
        }
    }

    public void Dispose() => self?.Dispose();

    private sealed class Subscription(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}
