//! What the shop sells, with prices in fen.

use serde_json::{Value, json};

use super::dice::Dice;

const GOODS: &[(u64, (&str, u64))] = &[
    (9, ("农夫山泉 550ml", 200)),
    (6, ("可口可乐 330ml", 300)),
    (5, ("康师傅冰红茶 500ml", 350)),
    (4, ("元气森林白桃味苏打气泡水 480ml", 550)),
    (4, ("蒙牛纯牛奶 250ml", 380)),
    (3, ("伊利安慕希酸奶 205g", 650)),
    (4, ("统一老坛酸菜牛肉面", 500)),
    (3, ("双汇王中王火腿肠 240g", 990)),
    (4, ("奥利奥夹心饼干 97g", 680)),
    (4, ("乐事薯片（黄瓜味）75g", 790)),
    (3, ("德芙丝滑牛奶巧克力 43g", 990)),
    (5, ("茶叶蛋", 200)),
    (5, ("鲜肉包", 250)),
    (3, ("关东煮 一串", 300)),
    (3, ("美式咖啡（中杯）", 900)),
    (2, ("心相印抽纸 3 包装", 1290)),
    (2, ("清风湿巾 40 片", 890)),
    (2, ("舒肤佳香皂 115g", 590)),
    (2, ("南孚 5 号电池 4 粒", 1490)),
    (1, ("青岛啤酒 500ml×6", 3900)),
    (1, ("红塔山（硬经典）", 1000)),
    (1, ("中华（软）", 7000)),
    (1, ("金龙鱼调和油 5L", 7990)),
    (1, ("五常大米 5kg", 5680)),
    (1, ("充值卡 100 元", 10_000)),
    (2, ("M&M's 花生巧克力豆 40g", 750)),
    (2, ("塑料袋（大）", 50)),
];

/// A basket: its goods and what they cost together.
pub(super) fn basket(dice: &mut Dice) -> (Vec<Value>, u64) {
    let lines = dice.weighted(&[(35, 1), (30, 2), (18, 3), (10, 4), (5, 6), (2, 9)], 1);
    let mut items: Vec<(&str, u64, u64)> = Vec::new();
    for _ in 0..lines {
        let (name, price) = dice.weighted(GOODS, ("农夫山泉 550ml", 200));
        let quantity = dice.weighted(&[(70, 1), (20, 2), (6, 3), (4, 6)], 1);
        match items.iter_mut().find(|(known, ..)| *known == name) {
            Some(line) => line.1 += quantity,
            None => items.push((name, quantity, price)),
        }
    }
    let total = items.iter().map(|(_, quantity, price)| quantity * price).sum();
    let list = items
        .iter()
        .map(|(name, quantity, price)| json!({"name": name, "quantity": quantity, "amount": quantity * price}));
    (list.collect(), total)
}
