using System.Diagnostics;
using Microsoft.Playwright;

namespace SemanticStyleGan.Studio.Tests.Browser;

/// <summary>How immediate the page feels, measured in the browser from an input to the pixels that answer it.</summary>
[Collection(BrowserTests.Name)]
public sealed class LatencyTests(StudioBrowser browser, ITestOutputHelper output)
{
    private const double MostMilliseconds = 100;

    [Fact]
    public async Task The_median_edit_is_seen_within_100_ms()
    {
        await using StudioPage page = await browser.Open();
        double before = Contention();
        double[] times = await page.Page.EvaluateAsync<double[]>("""
            async () => {
                const slider = document.querySelector("[data-slot='hair.shape'] .slider:nth-of-type(4) input"), times = [];
                for (let i = 0; i < 40; i++) {
                    await new Promise(resume => setTimeout(resume, 60));
                    const drawn = new Promise(resume => document.addEventListener('studio-drawn', () => requestAnimationFrame(() => resume(performance.now())), { once: true }));
                    const start = performance.now();
                    slider.value = (i % 20) / 5 - 2;
                    slider.dispatchEvent(new Event('input', { bubbles: true }));
                    slider.dispatchEvent(new Event('change', { bubbles: true }));
                    times.push(await drawn - start);
                }
                return times.sort((a, b) => a - b);
            }
            """);
        double factor = Math.Max(before, Contention());
        output.WriteLine($"input to pixels: median {times[20]:0.0} ms, 90 % within {times[36]:0.0} ms; the machine was shared {factor:0.0}-fold");
        double allowed = MostMilliseconds * factor;
        Assert.True(times[20] <= allowed, $"median {times[20]:0.0} ms, expected at most {allowed:0} ms");
    }

    [Fact]
    public async Task Dragging_drops_stale_requests_and_ends_where_the_pointer_is()
    {
        await using StudioPage page = await browser.Open();
        (float x, float y) = await page.PlaceOn("hair");
        LocatorBoundingBoxResult box = (await page.Canvas.BoundingBoxAsync())!;
        await page.Page.EvaluateAsync("() => { window.drawn = []; document.addEventListener('studio-drawn', e => drawn.push(e.detail.now)); }");
        await page.Page.Mouse.MoveAsync(x, y);
        await page.Page.Mouse.DownAsync();
        await page.Page.EvaluateAsync("""
            async ([x, y, width]) => {
                const canvas = document.getElementById('canvas');
                for (let i = 1; i <= 200; i++) {
                    canvas.dispatchEvent(new PointerEvent('pointermove', { pointerId: 1, clientX: x + .2 * width * i / 200, clientY: y, bubbles: true }));
                    if (i % 2 === 0) await new Promise(resume => setTimeout(resume, 4));
                    // However slow the machine: a pointer that rests sees a picture, at the latest after ten seconds.
                    for (let shown = drawn.length, waits = 0; i % 50 === 0 && drawn.length === shown && waits < 2500; waits++) await new Promise(resume => setTimeout(resume, 4));
                }
            }
            """, new double[] { x, y, box.Width });
        await page.Page.Mouse.MoveAsync(x + 0.2f * box.Width, y);
        await page.Page.Mouse.UpAsync();
        await page.Idle();
        double[] drawn = await page.Page.EvaluateAsync<double[]>("drawn");
        output.WriteLine($"{drawn.Length} pictures for 200 moves");
        Assert.InRange(drawn.Length, 3, 120);
        Assert.Equal(0.2, (await page.Part("hair")).GetProperty("place").GetProperty("shiftX").GetDouble(), 2);
    }

    // How much longer work takes than the processor works on it: 1 on a machine that does nothing else. The allowance grows with it.
    private static double Contention()
    {
        Stopwatch wall = Stopwatch.StartNew();
        TimeSpan start = Environment.CpuUsage.TotalTime;
        double sum = 0;
        while (Environment.CpuUsage.TotalTime - start < TimeSpan.FromMilliseconds(200)) for (int i = 1; i < 10_000; i++) sum += 1.0 / i;
        Assert.True(sum > 0);
        return Math.Max(1, wall.Elapsed.TotalMilliseconds / 200);
    }
}
