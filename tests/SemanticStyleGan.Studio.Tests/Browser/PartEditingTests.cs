using Microsoft.Playwright;

namespace SemanticStyleGan.Studio.Tests.Browser;

[Collection(BrowserTests.Name)]
public sealed class PartEditingTests(StudioBrowser browser)
{
    [Fact]
    public async Task A_part_is_named_under_the_pointer_and_chosen_by_a_click_in_the_picture_or_the_list()
    {
        await using StudioPage page = await browser.Open();
        (float x, float y) = await page.PlaceOn("face");
        await page.Page.Mouse.MoveAsync(x, y);
        await Assertions.Expect(page.Page.Locator("#hint")).ToHaveTextAsync("Face");
        await page.Page.Mouse.ClickAsync(x, y);
        await Assertions.Expect(page.Page.Locator(".part-title")).ToHaveTextAsync("face");
        await page.Choose("cloth");
        await Assertions.Expect(page.Page.Locator(".part-title")).ToHaveTextAsync("cloth");
        await page.Screenshot("part-chosen");
    }

    [Fact]
    public async Task A_new_shape_a_picked_texture_and_sliders_change_the_picture_and_undo_brings_it_back_step_by_step()
    {
        await using StudioPage page = await browser.Open();
        List<string> images = [await page.Image()];
        await page.Click("New shape");
        images.Add(await page.Image());
        await page.Page.Locator("[data-slot='hair.texture'] .thumb:not([disabled])").Nth(2).ClickAsync();
        await page.Idle();
        images.Add(await page.Image());
        await page.Page.Locator("[data-slot='hair.shape']").GetByLabel("Direction 1").FillAsync("3");
        await page.Idle();
        images.Add(await page.Image());
        await page.Page.Locator("[data-slot='hair.texture']").GetByLabel("Strength").FillAsync("0.1");
        await page.Idle();
        images.Add(await page.Image());
        Assert.Equal(images.Count, images.Distinct().Count());
        Assert.Equal("face resample resample direction truncate", await page.Edits());
        await page.Screenshot("part-edited");

        for (int back = images.Count - 2; back >= 0; back--)
        {
            await page.Page.Keyboard.PressAsync("Control+z");
            await page.Idle();
            Assert.Equal(images[back], await page.Image());
        }
        await Assertions.Expect(page.Page.Locator("#undo")).ToBeDisabledAsync();
        for (int forth = 1; forth < images.Count; forth++) await page.Click("Redo");
        Assert.Equal(images[^1], await page.Image());
        await page.Click("Reset");
        Assert.Equal(images[0], await page.Image());
    }

    [Fact]
    public async Task A_part_follows_the_pointer_and_the_whole_drag_is_one_step()
    {
        await using StudioPage page = await browser.Open();
        (double before, _, _) = await page.Middle("hair");
        (float x, float y) = await page.PlaceOn("hair");
        LocatorBoundingBoxResult box = (await page.Canvas.BoundingBoxAsync())!;
        await page.Page.Mouse.MoveAsync(x, y);
        await page.Page.Mouse.DownAsync();
        await page.Page.Mouse.MoveAsync(x + 0.12f * box.Width, y, new() { Steps = 12 });
        await page.Page.Mouse.UpAsync();
        await page.Idle();
        (double after, _, _) = await page.Middle("hair");
        Assert.InRange(after - before, 0.06, 0.18);
        Assert.Equal("face move", await page.Edits());
        Assert.Equal(0.12, (await page.Part("hair")).GetProperty("place").GetProperty("shiftX").GetDouble(), 2);
        await page.Screenshot("part-moved");
    }

    [Fact]
    public async Task The_wheel_scales_a_knob_turns_and_keys_do_all_of_it()
    {
        await using StudioPage page = await browser.Open();
        (_, _, double before) = await page.Middle("hair");
        (float x, float y) = await page.PlaceOn("hair");
        await page.Page.Mouse.MoveAsync(x, y);
        for (int i = 0; i < 4; i++) await page.Page.Mouse.WheelAsync(0, -100);
        await page.Idle();
        (_, _, double after) = await page.Middle("hair");
        Assert.True(after > 1.1 * before, $"{before} pixels became {after}");

        LocatorBoundingBoxResult knob = (await page.Page.Locator("#rotate").BoundingBoxAsync())!;
        await page.Page.Mouse.MoveAsync(knob.X + 15, knob.Y + 15);
        await page.Page.Mouse.DownAsync();
        await page.Page.Mouse.MoveAsync(knob.X + 90, knob.Y + 25, new() { Steps = 5 });
        await page.Page.Mouse.UpAsync();
        await page.Idle();
        Assert.InRange((await page.Part("hair")).GetProperty("place").GetProperty("degrees").GetDouble(), 5, 60);

        await page.Canvas.FocusAsync();
        foreach (string key in new[] { "ArrowRight", "ArrowRight", "ArrowUp", "-", "]" }) await page.Page.Keyboard.PressAsync(key);
        await page.Idle();
        Assert.Equal(0.02, (await page.Part("hair")).GetProperty("place").GetProperty("shiftX").GetDouble(), 3);
        await page.Page.Locator("#rotate").FocusAsync();
        double degrees = (await page.Part("hair")).GetProperty("place").GetProperty("degrees").GetDouble();
        await page.Page.Keyboard.PressAsync("ArrowRight");
        await page.Idle();
        Assert.Equal(degrees + 5, (await page.Part("hair")).GetProperty("place").GetProperty("degrees").GetDouble(), 3);
    }

    [Fact]
    public async Task Parts_are_switched_off_and_on_and_locked_parts_stay_when_all_else_is_new()
    {
        await using StudioPage page = await browser.Open();
        string whole = await page.Image();
        await page.Click("Show hair");
        (_, _, double pixels) = await page.Middle("hair");
        Assert.Equal(0, pixels);
        await page.Screenshot("part-off");
        await page.Click("Show hair");
        Assert.Equal(whole, await page.Image());

        await page.Click("Lock hair");
        await Assertions.Expect(page.Page.GetByRole(AriaRole.Button, new() { Name = "New shape" })).ToBeDisabledAsync();
        await page.Click("New face");
        Assert.NotEqual(whole, await page.Image());
        string[] hair = await page.Page.EvaluateAsync<string[]>("""
            async () => {
                const alone = async edits => (await (await fetch('api/layers?part=hair', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ edits }) })).json()).depths[7];
                const name = studio.store.model.parts.findIndex(p => p.name === 'hair');
                const depths = async edits => (await (await fetch('api/edit?format=npy', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ edits }) })).bytes());
                const bytes = await Promise.all([depths(studio.store.edits.slice(0, 1)), depths(studio.store.edits)]);
                const { styleSize, baseSlots } = studio.store.model, slot = baseSlots + 2 * name, size = 4 * styleSize;
                return bytes.map(b => { const start = b.length - size * (baseSlots + 2 * studio.store.model.parts.length) + slot * size; return Array.from(b.subarray(start, start + 2 * size)).join(); });
            }
            """);
        Assert.Equal(hair[0], hair[1]);
    }

    [Fact]
    public async Task A_part_is_taken_from_a_kept_face_and_several_are_mixed_in()
    {
        await using StudioPage page = await browser.Open();
        await page.Click("Keep");
        await page.Click("New face");
        string before = await page.Image();
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Take hair of Face 1" }).ClickAsync();
        await page.Idle();
        Assert.NotEqual(before, await page.Image());
        await page.Tab("Face");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Mix with Face 1" }).ClickAsync();
        foreach (string part in new[] { "mouth", "nose", "cloth" }) await page.Page.Locator("#page-face").GetByLabel(part).CheckAsync();
        await page.Click("Mix in");
        Assert.Equal("face face take take", await page.Edits());
        await page.Screenshot("mix");
    }

    [Fact]
    public async Task Layers_show_the_part_alone_the_coarse_mask_and_every_depth()
    {
        await using StudioPage page = await browser.Open();
        await page.Tab("Layers");
        await Assertions.Expect(page.Page.Locator(".layers figure")).ToHaveCountAsync(13);
        await Assertions.Expect(page.Page.Locator(".big figure")).ToHaveCountAsync(2);
        await page.Screenshot("layers");
    }

    [Fact]
    public async Task The_mask_lies_over_the_picture_as_strongly_as_wanted()
    {
        await using StudioPage page = await browser.Open();
        double without = await page.CanvasSum();
        await page.Page.GetByLabel("Mask").FillAsync("0.6");
        Assert.NotEqual(without, await page.CanvasSum());
        await page.Screenshot("overlay");
        await page.Page.GetByLabel("Mask").FillAsync("0");
        Assert.Equal(without, await page.CanvasSum());
        await page.Page.GetByLabel("Pixels").CheckAsync();
        Assert.NotEqual(without, await page.CanvasSum());
    }
}
