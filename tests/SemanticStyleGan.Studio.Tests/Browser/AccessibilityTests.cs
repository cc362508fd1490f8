using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace SemanticStyleGan.Studio.Tests.Browser;

[Collection(BrowserTests.Name)]
public sealed class AccessibilityTests(StudioBrowser browser)
{
    private static readonly string[] Serious = ["serious", "critical"];

    [Theory]
    [InlineData(1440, 900, false, false, "desktop-light")]
    [InlineData(1440, 900, true, false, "desktop-dark")]
    [InlineData(900, 1100, false, false, "tablet")]
    [InlineData(390, 844, false, true, "phone-light")]
    [InlineData(390, 844, true, true, "phone-dark")]
    public async Task Axe_finds_no_serious_fault_on_any_page_of_the_panel(int width, int height, bool dark, bool phone, string name)
    {
        await using StudioPage page = await browser.Open(width, height, dark, phone);
        await page.Click("Keep");
        await page.Click("Lock mouth");
        await page.Page.WaitForFunctionAsync("() => document.querySelectorAll('.thumb img').length > 12");
        await page.Screenshot(name);
        if (phone) await page.Screenshot(name + "-whole", fullPage: true);
        foreach (string tab in new[] { "Part", "Face", "Paint", "Layers", "Walk" })
        {
            await page.Tab(tab);
            AxeResult result = await page.Page.RunAxe();
            string[] faults = [.. result.Violations.Where(v => Serious.Contains(v.Impact)).Select(v => $"{tab}: {v.Id} ({v.Help}): {string.Join(", ", v.Nodes.Take(3).Select(n => n.Html))}")];
            Assert.True(faults.Length == 0, string.Join("\n", faults));
        }
        double[] widths = await page.Page.EvaluateAsync<double[]>("[document.documentElement.scrollWidth, innerWidth]");
        Assert.True(widths[0] <= widths[1], $"the page is {widths[0]} wide in a window of {widths[1]}");
    }

    [Fact]
    public async Task Everything_is_reached_with_the_keyboard_alone()
    {
        await using StudioPage page = await browser.Open();
        IKeyboard keyboard = page.Page.Keyboard;
        HashSet<string> reached = [];
        for (int i = 0; i < 140; i++)
        {
            await keyboard.PressAsync("Tab");
            reached.Add(await page.Page.EvaluateAsync<string>("document.activeElement.id || document.activeElement.getAttribute('aria-label') || document.activeElement.innerText || document.activeElement.labels?.[0]?.innerText || ''"));
        }
        foreach (string name in new[] { "compare", "new-face", "keep", "share", "canvas", "rotate", "scale", "overlay", "Show hair", "Lock hair", "Hair", "tab-part" })
            Assert.Contains(name, reached);
        await page.Page.Locator("#tab-part").FocusAsync();
        await keyboard.PressAsync("ArrowRight");
        await Assertions.Expect(page.Page.Locator("#page-face")).ToBeVisibleAsync();
        await page.Page.Locator("#share").FocusAsync();
        await keyboard.PressAsync("Enter");
        await keyboard.PressAsync("ArrowDown");
        Assert.Equal("Picture (PNG)", await page.Page.EvaluateAsync<string>("document.activeElement.innerText"));
        await keyboard.PressAsync("Escape");
        Assert.Equal("share", await page.Page.EvaluateAsync<string>("document.activeElement.id"));
    }
}
