"""How well text can be read: its contrast with what lies behind it, as in WCAG 2 (4.5 or more is enough)."""

# for `locator.evaluate(CONTRAST, property)`, where the property is "color", or "fill" in a drawing
CONTRAST = """(element, property) => {
    const parts = colour => (colour.match(/[\\d.]+/g) || [0, 0, 0, 0]).map(Number);
    const over = (top, below) => {
        const alpha = top[3] ?? 1;
        return [0, 1, 2].map(i => alpha * top[i] + (1 - alpha) * below[i]);
    };
    const light = colour => colour.map(c => c / 255).map(c => c <= .03928 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4)
        .reduce((sum, c, i) => sum + c * [.2126, .7152, .0722][i], 0);
    const layers = [];
    for (let node = element; node; node = node.parentElement)
        layers.unshift(parts(getComputedStyle(node).backgroundColor));
    const behind = layers.reduce((below, layer) => over(layer, below), [255, 255, 255]);
    const text = over(parts(getComputedStyle(element)[property]), behind);
    const [low, high] = [light(text), light(behind)].sort((a, b) => a - b);
    return (high + .05) / (low + .05);
}"""
