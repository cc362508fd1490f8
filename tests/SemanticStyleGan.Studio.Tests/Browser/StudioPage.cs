using System.Text.Json;
using Microsoft.Playwright;

namespace SemanticStyleGan.Studio.Tests.Browser;

/// <summary>The page as a test uses it: by roles and names, as a visitor does.</summary>
public sealed class StudioPage : IAsyncDisposable
{
    private readonly List<string> errors = [];

    public StudioPage(IPage page)
    {
        Page = page;
        page.PageError += (_, error) => errors.Add(error);
        page.Console += (_, message) => { if (message.Type == "error") errors.Add(message.Text); };
    }

    public IPage Page { get; }

    public ILocator Canvas => Page.Locator("#canvas");

    /// <summary>Waits until the picture shows the face.</summary>
    public async Task Idle()
    {
        try
        {
            // What an event asks for is asked for in the next frame at the latest.
            await Page.EvaluateAsync("() => new Promise(seen => requestAnimationFrame(() => requestAnimationFrame(seen)))");
            await Page.WaitForFunctionAsync("() => window.studio?.renderer.idle", null, new() { Timeout = 30_000 });
        }
        catch (TimeoutException)
        {
            Assert.Fail($"the page shows no picture: {string.Join("; ", errors)}");
        }
    }

    /// <summary>Clicks and waits for the picture.</summary>
    public async Task Click(string name, AriaRole role = AriaRole.Button)
    {
        await Page.GetByRole(role, new() { Name = name, Exact = true }).First.ClickAsync();
        await Idle();
    }

    public async Task Choose(string part)
    {
        await Page.Locator("#parts").GetByRole(AriaRole.Button, new() { Name = part, Exact = true }).ClickAsync();
        await Idle();
    }

    public async Task Tab(string name) => await Page.GetByRole(AriaRole.Tab, new() { Name = name }).ClickAsync();

    /// <summary>The picture's PNG in Base64; the same face has the same.</summary>
    public Task<string> Image() => Page.EvaluateAsync<string>("studio.store.picture.image");

    /// <summary>The kinds of the face's edits.</summary>
    public async Task<string> Edits() => string.Join(' ', await Page.EvaluateAsync<string[]>("studio.store.edits.map(e => e.kind)"));

    /// <summary>The state of a part.</summary>
    public async Task<JsonElement> Part(string name) => JsonDocument.Parse(await Page.EvaluateAsync<string>($"JSON.stringify(studio.store.part('{name}'))")).RootElement;

    /// <summary>The middle of where a part is seen, in shares of the picture, and how many pixels it has.</summary>
    public async Task<(double X, double Y, double Pixels)> Middle(string part)
    {
        double[] found = await Page.EvaluateAsync<double[]>("""
            name => {
                const { store } = studio, k = store.model.parts.findIndex(p => p.name === name), side = store.model.imageSize;
                let x = 0, y = 0, n = 0;
                store.picture.labels.forEach((label, at) => { if (label === k) { x += at % side + .5; y += Math.floor(at / side) + .5; n++; } });
                return [x / n / side, y / n / side, n];
            }
            """, part);
        return (found[0], found[1], found[2]);
    }

    /// <summary>A place of the page on a pixel of a part, the one nearest to its middle.</summary>
    public async Task<(float X, float Y)> PlaceOn(string part)
    {
        double[] place = await Page.EvaluateAsync<double[]>("""
            name => {
                const { store } = studio, k = store.model.parts.findIndex(p => p.name === name), side = store.model.imageSize, all = [];
                store.picture.labels.forEach((label, at) => { if (label === k) all.push([at % side + .5, Math.floor(at / side) + .5]); });
                const mean = axis => all.reduce((sum, p) => sum + p[axis], 0) / all.length, mx = mean(0), my = mean(1);
                const [x, y] = all.sort((a, b) => Math.hypot(a[0] - mx, a[1] - my) - Math.hypot(b[0] - mx, b[1] - my))[0];
                const box = document.getElementById('canvas').getBoundingClientRect();
                return [box.left + x / side * box.width, box.top + y / side * box.height];
            }
            """, part);
        return ((float)place[0], (float)place[1]);
    }

    /// <summary>The pixels that the canvas shows, as a number that stands for them.</summary>
    public Task<double> CanvasSum() => Page.EvaluateAsync<double>("""
        () => {
            const c = document.getElementById('canvas'), d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;
            let sum = 0;
            for (let i = 0; i < d.length; i++) sum = (sum * 31 + d[i]) % 1e9;
            return sum;
        }
        """);

    public async Task Screenshot(string name, bool fullPage = false)
    {
        await Page.WaitForTimeoutAsync(150);
        await Page.ScreenshotAsync(new() { Path = Path.Combine(StudioBrowser.Screenshots, name + ".jpg"), Type = ScreenshotType.Jpeg, Quality = 88, FullPage = fullPage });
    }

    /// <summary>Fails if the page had errors; closes it.</summary>
    public async ValueTask DisposeAsync()
    {
        await Page.CloseAsync();
        Assert.True(errors.Count == 0, $"the page had errors: {string.Join("; ", errors)}");
    }
}
