//! Shops whose keys are UUIDs, and what refers to them.

use presspass::{ApiInfo, App, Field, Inline, Model, OnDelete, Resource};

static LABEL: Model = Model::new("shop", "label").fields(&[Field::text("name", 30).unique()]).ordering(&["name"]).label("name");

static SHOP: Model = Model::new("shop", "shop")
    .uuid_key()
    .fields(&[
        Field::text("name", 30).unique(),
        Field::foreign_key("parent", &SHOP, OnDelete::Protect).null(),
        Field::many_to_many("labels", &LABEL).blank(),
        Field::many_to_many("partners", &SHOP).blank(),
    ])
    .ordering(&["name"])
    .label("name");

static ORDER: Model = Model::new("shop", "order").fields(&[
    Field::foreign_key("shop", &SHOP, OnDelete::Cascade),
    Field::one_to_one("paid_by", &SHOP, OnDelete::SetNull).null(),
    Field::many_to_many("seen_by", &SHOP),
    Field::text("note", 30).blank(),
]);

fn main() -> std::process::ExitCode {
    let info = ApiInfo { title: "Shops", summary: "Shops.", version: "1.0.0" };
    let shops = Resource::new(&SHOP, "shops")
        .filters(&["id", "id__in", "parent", "parent__in", "parent__isnull", "partners"])
        .admin(|admin| admin.filters(&["parent"]).inline(Inline::new(&ORDER).by("shop")));
    let orders = Resource::new(&ORDER, "orders").filters(&["shop", "seen_by"]).admin(|admin| admin);
    let of_shops = Resource::new(&ORDER, "shop_orders").below("shops/{shop}/orders").fields(&["id", "shop"]).read_only();
    App::new(info)
        .migrations(presspass::migrations!())
        .resources([Resource::new(&LABEL, "labels").admin(|admin| admin), shops, orders, of_shops])
        .run(std::env::args_os())
        .into()
}
